//// detached-reset: This is the pass with the path
Func<double, double, double, double, double, double> dh = (ds, dv, s, h, g) => ds * g + dv * ((1 - s) - h * g);
//// detached-reset: The reset itself is still there
Func<double, double, double, double, double, double> dh = (ds, dv, s, h, g) => ds * g + dv;
//// detached-reset: The spike's own part
Func<double, double, double, double, double, double> dh = (ds, dv, s, h, g) => dv * (1 - s);
//// detached-reset: dv is missing
Func<double, double, double, double, double, double> dh = (ds, dv, s, h, g) => ds * g;
//// detached-reset: The wrong term is cut
Func<double, double, double, double, double, double> dh = (ds, dv, s, h, g) => ds * g - dv * h * g;
//// detached-reset: The spike is the wrong way round
Func<double, double, double, double, double, double> dh = (ds, dv, s, h, g) => ds * g + dv * s;
//// detached-reset: The path through the potential
Func<double, double, double, double, double, double> dh = (ds, dv, s, h, g) => ds * g - dv * (1 - s);
//// detached-reset: g is missing
Func<double, double, double, double, double, double> dh = (ds, dv, s, h, g) => ds + dv * (1 - s);
//// detached-reset: The sign is the other way round
Func<double, double, double, double, double, double> dh = (ds, dv, s, h, g) => -(ds * g + dv * (1 - s));
//// surrogate-area: That is one side only
Func<double, double, double> area = (alpha, d) => Math.Atan(Math.PI / 2 * alpha * d) / Math.PI;
//// surrogate-area: The factor 2/pi in front
Func<double, double, double> area = (alpha, d) => Math.Atan(Math.PI / 2 * alpha * d);
//// surrogate-area: The division by pi
Func<double, double, double> area = (alpha, d) => 2 * Math.Atan(Math.PI / 2 * alpha * d);
//// surrogate-area: That is the height of g at d
Func<double, double, double> area = (alpha, d) => alpha / 2 / (1 + Math.Pow(Math.PI / 2 * alpha * d, 2));
//// surrogate-area: The factor pi/2 inside
Func<double, double, double> area = (alpha, d) => 2 / Math.PI * Math.Atan(alpha * d);
//// surrogate-area: That is the height at the threshold
Func<double, double, double> area = (alpha, d) => alpha * d;
//// surrogate-area: alpha is missing
Func<double, double, double> area = (alpha, d) => 2 / Math.PI * Math.Atan(Math.PI / 2 * d);
//// surrogate-area: It is one minus
Func<double, double, double> area = (alpha, d) => 1 - 2 / Math.PI * Math.Atan(Math.PI / 2 * alpha * d);
//// surrogate-area: It is cut off to a whole number
Func<double, double, double> area = (alpha, d) => 0;
//// triangle: It goes below zero
Func<double, double, double> triangle = (u, alpha) => alpha - alpha * alpha * Math.Abs(u);
//// triangle: It falls on one side only
Func<double, double, double> triangle = (u, alpha) => Math.Max(0, alpha - alpha * alpha * u);
//// triangle: It falls by alpha per unit
Func<double, double, double> triangle = (u, alpha) => Math.Max(0, alpha - alpha * Math.Abs(u));
//// triangle: Its height is 1
Func<double, double, double> triangle = (u, alpha) => Math.Max(0, 1 - alpha * Math.Abs(u));
//// triangle: It rises away
Func<double, double, double> triangle = (u, alpha) => alpha + alpha * alpha * Math.Abs(u);
//// triangle: That is a rectangle
Func<double, double, double> triangle = (u, alpha) => Math.Abs(u) < 1 / alpha ? alpha : 0;
//// triangle: It is right but for a factor
Func<double, double, double> triangle = (u, alpha) => Math.Max(0, alpha - alpha * alpha * Math.Abs(u)) / 2;
//// bring-back: A number above 0
double? alpha = -1;
//// bring-back: That surrogate is far too narrow
double? alpha = 10;
//// bring-back: That surrogate is still too narrow
double? alpha = 2;
//// bring-back: That surrogate is far too wide
double? alpha = 0.05;
//// bring-back: That surrogate is still too wide
double? alpha = 0.5;
