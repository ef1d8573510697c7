namespace SnnNotebooks.Similarity;

/// <summary>In what the products of two stimuli's responses are computed.</summary>
public enum ProductPrecision
{
    /// <summary>In float64.</summary>
    Double,

    /// <summary>
    /// In float32: responses less their mean are rounded to it, and so are the sums of at most 1,280 products, which are added up in
    /// float64. About half the time. A correlation is off by 1e-7 or less where responses have no outliers, so that distances that differ
    /// by less may change places.
    /// </summary>
    Single,
}
