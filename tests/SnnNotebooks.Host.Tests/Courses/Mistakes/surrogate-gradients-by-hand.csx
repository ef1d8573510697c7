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
//// detached-reset: dv (1 - s) is multiplied by g, too. It comes through the potential, not through the spike.
Func<double, double, double, double, double, double> dh = (ds, dv, s, h, g) => (ds + dv * (1 - s)) * g;
//// detached-reset: ds and dv are exchanged: ds comes through the spike, dv through the potential.
Func<double, double, double, double, double, double> dh = (ds, dv, s, h, g) => dv * g + ds * (1 - s);
//// detached-reset: h is in it. The derivative of V = (1 - S) H by H is 1 - S, without H.
Func<double, double, double, double, double, double> dh = (ds, dv, s, h, g) => ds * g + dv * (1 - s) * h;
//// detached-reset: Not g alone must go, but all of the term with h and g.
Func<double, double, double, double, double, double> dh = (ds, dv, s, h, g) => ds * g + dv * (1 - s - h);
//// detached-reset: The spike's own part has the wrong sign.
Func<double, double, double, double, double, double> dh = (ds, dv, s, h, g) => dv * (1 - s) - ds * g;
//// detached-reset: The term with h and g must go. Here its sign has changed.
Func<double, double, double, double, double, double> dh = (ds, dv, s, h, g) => ds * g + dv * (1 - s + h * g);
//// surrogate-area: That is the height at d times the width. In a sum over steps: i / 1000 of whole numbers is 0, i / 1000.0 is not.
Func<double, double, double> area = (alpha, d) => { var sum = 0.0; for (var i = 0; i < 1000; i++) { var u = -d + 2 * d * (i / 1000); sum += alpha / 2 / (1 + Math.Pow(Math.PI / 2 * alpha * u, 2)) * 2 * d / 1000; } return sum; };
//// surrogate-area: That is all that lies below u = d. Begin at u = -d.
Func<double, double, double> area = (alpha, d) => 0.5 + Math.Atan(Math.PI / 2 * alpha * d) / Math.PI;
//// triangle: It falls by 1 per unit; it must fall by alpha squared.
Func<double, double, double> triangle = (u, alpha) => Math.Max(0, alpha - Math.Abs(u));
//// triangle: u is squared, too: that is a parabola. Only alpha is squared.
Func<double, double, double> triangle = (u, alpha) => Math.Max(0, alpha - alpha * alpha * u * u);
//// triangle: Math.Min cuts off what is above zero. Math.Max cuts off what is below.
Func<double, double, double> triangle = (u, alpha) => Math.Min(0, alpha - alpha * alpha * Math.Abs(u));
//// triangle: It falls by 2 alpha per unit. alpha^2 on paper is alpha * alpha.
Func<double, double, double> triangle = (u, alpha) => Math.Max(0, alpha - (alpha * 2) * Math.Abs(u));
//// triangle: It is 0 below the threshold; it must rise there, too.
Func<double, double, double> triangle = (u, alpha) => u < 0 ? 0 : Math.Max(0, alpha - alpha * alpha * u);
