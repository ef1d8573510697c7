using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>How a wide matrix is reduced to a few components.</summary>
public enum ReductionMethod
{
    /// <summary>Truncated SVD without centring, computed exactly.</summary>
    Exact,

    /// <summary>
    /// Truncated SVD without centring by a randomised range finder (N. Halko, P. Martinsson, J. Tropp, 2011), with the draws of
    /// scikit-learn's TruncatedSVD.
    /// </summary>
    Randomised,

    /// <summary>Principal components: every feature less its mean, then the exact SVD.</summary>
    Principal,
}

/// <summary>Reduces responses [S, F] to their first components, U S of the singular value decomposition.</summary>
internal static class Reduction
{
    private const long MostRowsForTriangle = 512; // beyond, a triangular factor takes too long

    // inner products square the condition number: components below this share of the first, or with less distance to the next, need the
    // triangular factor
    private const double Distinct = 1e-6;

    /// <summary>
    /// The first components; matrices with no more than <paramref name="components"/> columns stay as they are. The caller disposes the
    /// result.
    /// </summary>
    public static Tensor Reduce(ResponseMatrix responses, int components, ReductionMethod method, uint seed)
    {
        if (responses.Columns <= components)
        {
            return responses.ToTensor();
        }

        return method == ReductionMethod.Randomised
            ? Randomised(responses, components, seed)
            : Exact(responses, components, method == ReductionMethod.Principal);
    }

    /// <summary>
    /// L [S, min(S, F)] with L L' = X X', exact to rounding: everything that only depends on inner products of stimuli can use it instead
    /// of X.
    /// </summary>
    public static Tensor Factor(ResponseMatrix responses, bool centred)
    {
        using var scope = NewDisposeScope();
        if (responses.Rows <= MostRowsForTriangle)
        {
            return Triangle(responses, centred).t().contiguous().MoveToOuterDisposeScope();
        }

        if (responses.Columns <= responses.Rows)
        {
            return Centre(responses.ToTensor(), centred).MoveToOuterDisposeScope();
        }

        var (values, vectors) = linalg.eigh(centred ? RowGram.OfCentredColumns(responses) : RowGram.Of(responses));
        return (vectors * values.clamp(0).sqrt()).MoveToOuterDisposeScope();
    }

    private static Tensor Exact(ResponseMatrix responses, int components, bool centred)
    {
        using var scope = NewDisposeScope();
        var count = Math.Min(components, responses.Rows);
        if (responses.Columns < responses.Rows)
        {
            var x = Centre(responses.ToTensor(), centred);
            var (_, _, axes) = linalg.svd(linalg.qr(x, linalg.QRMode.R).R, fullMatrices: false);
            return x.mm(axes.narrow(0, 0, count).t()).MoveToOuterDisposeScope();
        }

        var (values, vectors) = linalg.eigh(centred ? RowGram.OfCentredColumns(responses) : RowGram.Of(responses));
        var spectrum = values.Numbers<double>();
        var (last, next) = (spectrum[^(int)count], count < spectrum.Length ? spectrum[^((int)count + 1)] : 0);
        return Math.Min(last, last - next) < Distinct * spectrum[^1]
            ? OfTriangle(responses, centred, count).MoveToOuterDisposeScope()
            : (vectors * values.clamp(0).sqrt()).narrow(1, responses.Rows - count, count).flip(1).contiguous().MoveToOuterDisposeScope();
    }

    private static Tensor OfTriangle(ResponseMatrix responses, bool centred, long count)
    {
        using var scope = NewDisposeScope();
        var (u, s, _) = linalg.svd(Triangle(responses, centred).t(), fullMatrices: false);
        return (u * s).narrow(1, 0, count).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>R [min, S] of X' = Q R, block by block: the triangle so far stands above the next block.</summary>
    private static Tensor Triangle(ResponseMatrix responses, bool centred)
    {
        using var scope = NewDisposeScope();
        Tensor? triangle = null;
        responses.ForEachBlock(block =>
        {
            var rows = Centre(block, centred).t();
            var former = triangle;
            triangle = linalg.qr(former is null ? rows : cat([former, rows]), linalg.QRMode.R).R.MoveToOuterDisposeScope();
            former?.Dispose();
        });
        return triangle!.MoveToOuterDisposeScope();
    }

    private static Tensor Centre(Tensor x, bool centred) => centred ? x - x.mean([0], keepdim: true) : x;

    private static Tensor Randomised(ResponseMatrix responses, int components, uint seed)
    {
        const int Oversampling = 10;
        const int Iterations = 5;
        using var scope = NewDisposeScope();
        var x = responses.ToTensor();

        // scikit-learn works on the transpose where there are more columns than rows; a QR spans the same as its LU between the iterations
        var tall = responses.Rows < responses.Columns ? x.t() : x;
        var width = components + Oversampling;
        var basis = Normal(tall.shape[1], width, seed);
        for (var i = 0; i < Iterations; i++)
        {
            basis = linalg.qr(tall.mm(basis)).Q;
            basis = linalg.qr(tall.t().mm(basis)).Q;
        }

        basis = linalg.qr(tall.mm(basis)).Q;
        var (u, _, v) = linalg.svd(basis.t().mm(tall), fullMatrices: false);
        var axes = ReferenceEquals(tall, x) ? v.t() : basis.mm(u);
        return x.mm(axes.narrow(1, 0, Math.Min(components, axes.shape[1]))).MoveToOuterDisposeScope();
    }

    private static Tensor Normal(long rows, long columns, uint seed)
    {
        var random = new NumpyRandom(seed);
        var values = new double[rows * columns];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = random.Normal();
        }

        return tensor(values, [rows, columns]);
    }
}
