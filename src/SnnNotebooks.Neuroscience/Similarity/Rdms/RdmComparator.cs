namespace SnnNotebooks.Similarity.Rdms;

/// <summary>How alike two matrices of dissimilarities are; in brackets rsatoolbox's name.</summary>
public enum RdmComparator
{
    /// <summary>Cosine of the two lists [cosine].</summary>
    Cosine,

    /// <summary>Pearson's correlation [corr].</summary>
    Correlation,

    /// <summary>Spearman's with mean ranks of ties [spearman].</summary>
    Spearman,

    /// <summary>Spearman's expected value where ties are broken at random: models with ties gain nothing [rho-a].</summary>
    RhoA,

    /// <summary>Kendall's tau-a: the same idea for pairs in order (H. Nili et al., 2014) [tau-a].</summary>
    TauA,

    /// <summary>Kendall's tau-b, which favours models with ties [tau-b].</summary>
    TauB,

    /// <summary>Cosine after whitening by the covariance of estimated dissimilarities (J. Diedrichsen et al., 2021) [cosine_cov].</summary>
    WhitenedCosine,

    /// <summary>The same of dissimilarities less their mean [corr_cov].</summary>
    WhitenedCorrelation,

    /// <summary>Bures' similarity of the centred second moments: tr sqrt(sqrt(A) B sqrt(A)) / sqrt(tr A tr B), 0 to 1 [bures].</summary>
    Bures,

    /// <summary>Bures' squared distance of them, tr A + tr B - 2 tr sqrt(sqrt(A) B sqrt(A)): lower is more alike [bures_metric].</summary>
    BuresDistance,

    /// <summary>
    /// The negative Riemannian distance of second moments, where the first may be scaled and given noise; the second must have full rank
    /// [neg_riem_dist] (M. Shahbazi et al., 2021, NeuroImage 239).
    /// </summary>
    NegativeRiemannian,
}
