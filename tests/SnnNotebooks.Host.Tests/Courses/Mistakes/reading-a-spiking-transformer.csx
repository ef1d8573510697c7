//// cheaper-order: That many patches lie in one row
Func<int, int, int, (double Tokens, double Left, double Right)> cost = (side, patch, d) =>
{
    double n = side / patch;
    return (n, n * n * d, n * d * d);
};
//// cheaper-order: A patch is square
Func<int, int, int, (double Tokens, double Left, double Right)> cost = (side, patch, d) =>
{
    double n = side * side / patch;
    return (n, n * n * d, n * d * d);
};
//// cheaper-order: The two orders are exchanged
Func<int, int, int, (double Tokens, double Left, double Right)> cost = (side, patch, d) =>
{
    double n = side / patch * (side / patch);
    return (n, n * d * d, n * n * d);
};
//// cheaper-order: Each order has two products
Func<int, int, int, (double Tokens, double Left, double Right)> cost = (side, patch, d) =>
{
    double n = side / patch * (side / patch);
    return (n, 2 * n * n * d, 2 * n * d * d);
};
//// cheaper-order: That is how many numbers
Func<int, int, int, (double Tokens, double Left, double Right)> cost = (side, patch, d) =>
{
    double n = side / patch * (side / patch);
    return (n, n * n, d * d);
};
//// cheaper-order: The first and the third number is right
Func<int, int, int, (double Tokens, double Left, double Right)> cost = (side, patch, d) =>
{
    double n = side / patch * (side / patch);
    return (n, n * d, n * d * d);
};
//// chance-count: The second is the variance
Func<int, double, double, (double Mean, double Deviation)> count = (d, q, k) => (d * q * k, d * q * k * (1 - q * k));
//// chance-count: That is the Poisson approximation
Func<int, double, double, (double Mean, double Deviation)> count = (d, q, k) => (d * q * k, Math.Sqrt(d * q * k));
//// chance-count: The mean is right. The deviation is that
Func<int, double, double, (double Mean, double Deviation)> count = (d, q, k) => (d * q * k, Math.Sqrt(q * k * (1 - q * k)));
//// chance-count: The mean is right. What counts
Func<int, double, double, (double Mean, double Deviation)> count = (d, q, k) => (d * q * k, Math.Sqrt(d * q * (1 - q) * k * (1 - k)));
//// chance-count: The mean is right. Variances of independent
Func<int, double, double, (double Mean, double Deviation)> count = (d, q, k) => (d * q * k, d * Math.Sqrt(q * k * (1 - q * k)));
//// chance-count: These are those of a single feature
Func<int, double, double, (double Mean, double Deviation)> count = (d, q, k) => (q * k, Math.Sqrt(q * k * (1 - q * k)));
//// residual-sum: A block adds twice
Func<int, int> largest = n => n + 1;
//// residual-sum: The spike that went in
Func<int, int> largest = n => 2 * n;
//// residual-sum: That is what goes into
Func<int, int> largest = n => 1 + 2 * (n - 1);
//// residual-sum: A block adds spikes
Func<int, int> largest = n => (int)Math.Pow(4, n);
//// residual-sum: It is one too large
Func<int, int> largest = n => 2 + 2 * n;
//// residual-sum: A sum of spikes is not cut off
Func<int, int> largest = n => 1;
//// token-mask: That sums over the tokens
Func<torch.Tensor, torch.Tensor, double, torch.Tensor> attend = (q, k, threshold) =>
    q.sum(0, keepdim: true).ge(threshold).to(torch.float32) * k;
//// token-mask: A sum that equals the threshold
Func<torch.Tensor, torch.Tensor, double, torch.Tensor> attend = (q, k, threshold) =>
    q.sum(1, keepdim: true).gt(threshold).to(torch.float32) * k;
//// token-mask: The mask must stop or pass K
Func<torch.Tensor, torch.Tensor, double, torch.Tensor> attend = (q, k, threshold) =>
    q.sum(1, keepdim: true).ge(threshold).to(torch.float32) * q;
//// token-mask: Q and K are exchanged
Func<torch.Tensor, torch.Tensor, double, torch.Tensor> attend = (q, k, threshold) =>
    k.sum(1, keepdim: true).ge(threshold).to(torch.float32) * q;
//// token-mask: The sum that decides
Func<torch.Tensor, torch.Tensor, double, torch.Tensor> attend = (q, k, threshold) =>
    k.sum(1, keepdim: true).ge(threshold).to(torch.float32) * k;
//// token-mask: K is multiplied by the sum
Func<torch.Tensor, torch.Tensor, double, torch.Tensor> attend = (q, k, threshold) => q.sum(1, keepdim: true) * k;
//// token-mask: That is the mask alone
Func<torch.Tensor, torch.Tensor, double, torch.Tensor> attend = (q, k, threshold) =>
    q.sum(1, keepdim: true).ge(threshold).to(torch.float32);
//// token-mask: Nothing passes
Func<torch.Tensor, torch.Tensor, double, torch.Tensor> attend = (q, k, threshold) =>
    q.mean([1], keepdim: true).ge(threshold).to(torch.float32) * k;
//// cheaper-order: Those are pixels. A token is a patch of them.
Func<int, int, int, (double Tokens, double Left, double Right)> cost = (side, patch, d) => { double n = side * side; return (n, n * n * d, n * d * d); };
//// cheaper-order: In C# ^ is no power but an exclusive or: multiply the number by itself, or take Math.Pow.
Func<int, int, int, (double Tokens, double Left, double Right)> cost = (side, patch, d) => { double n = side / patch ^ 2; return (n, n * n * d, n * d * d); };
//// chance-count: That is how often Q fires. A coincidence needs K as well.
Func<int, double, double, (double Mean, double Deviation)> count = (d, q, k) => (d * q, Math.Sqrt(d * q * (1 - q)));
//// chance-count: That is how often at least one of the two fires. A coincidence needs both.
Func<int, double, double, (double Mean, double Deviation)> count = (d, q, k) => { var p = q + k - q * k; return (d * p, Math.Sqrt(d * p * (1 - p))); };
//// residual-sum: A block adds two spikes to what came in; it does not multiply it.
Func<int, int> largest = n => (int)Math.Pow(3, n);
//// residual-sum: A block adds twice, and the spike that went in is there as well.
Func<int, int> largest = n => n;
//// token-mask: The mask is the wrong way round: K passes where the sum reaches the threshold.
Func<torch.Tensor, torch.Tensor, double, torch.Tensor> attend = (q, k, threshold) => q.sum(1, keepdim: true).lt(threshold).to(torch.float32) * k;
//// token-mask: The sum is that of Q and K together, feature by feature. It is Q's alone.
Func<torch.Tensor, torch.Tensor, double, torch.Tensor> attend = (q, k, threshold) => (q * k).sum(1, keepdim: true).ge(threshold).to(torch.float32) * k;
//// token-mask: K passes feature by feature, where Q fires. A token passes as a whole, or not at all.
Func<torch.Tensor, torch.Tensor, double, torch.Tensor> attend = (q, k, threshold) => q * k;
//// token-mask: One sum over all of Q decides for all tokens. Each token has its own: sum over axis 1.
Func<torch.Tensor, torch.Tensor, double, torch.Tensor> attend = (q, k, threshold) => q.sum().ge(threshold).to(torch.float32) * k;
//// token-mask: K is missing: these are the ones and zeros of the mask.
Func<torch.Tensor, torch.Tensor, double, torch.Tensor> attend = (q, k, threshold) => q.sum(1, keepdim: true).ge(threshold).to(torch.float32).expand(6, 8);
