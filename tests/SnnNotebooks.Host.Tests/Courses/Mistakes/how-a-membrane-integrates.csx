//// euler-step: The leak has the wrong sign
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => v + dt / tau * (v - rest + ri);
//// euler-step: That is the change
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => dt / tau * (rest - v + ri);
//// euler-step: dt is missing
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => v + (rest - v + ri) / tau;
//// euler-step: That is the exact step
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => rest + ri + (v - rest - ri) * Math.Exp(-dt / tau);
//// euler-step: The whole change has the wrong sign
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => v - dt / tau * (rest - v + ri);
//// euler-step: The current is missing
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => v + dt / tau * (rest - v);
//// euler-step: The current has the wrong sign
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => v + dt / tau * (rest - v - ri);
//// euler-step: dt and tau are exchanged
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => v + tau / dt * (rest - v + ri);
//// euler-step: tau is missing
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => v + dt * (rest - v + ri);
//// euler-step: It is 1000 times too small
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => (v + dt / tau * (rest - v + ri)) / 1000;
//// exact-step: That is Euler's step
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => v + dt / tau * (rest - v + ri);
//// exact-step: That decays to rest
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => rest + (v - rest) * Math.Exp(-dt / tau);
//// exact-step: dt and tau are exchanged
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => rest + ri + (v - rest - ri) * Math.Exp(-tau / dt);
//// exact-step: The exponent has the wrong sign
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => rest + ri + (v - rest - ri) * Math.Exp(dt / tau);
//// exact-step: 1 - exp(-dt/tau)
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => rest + ri + (v - rest - ri) * (1 - Math.Exp(-dt / tau));
//// exact-step: The distance has the wrong sign
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => rest + ri + (rest + ri - v) * Math.Exp(-dt / tau);
//// exact-step: That is how far V still is
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => (v - rest - ri) * Math.Exp(-dt / tau);
//// exact-step: V itself does not shrink
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => rest + ri + v * Math.Exp(-dt / tau);
//// largest-step: The two are exchanged
Func<double, (double NoOvershoot, double NoRunaway)> largest = tau => (2 * tau, tau);
//// largest-step: The first is right; swinging
Func<double, (double NoOvershoot, double NoRunaway)> largest = tau => (tau, tau);
//// largest-step: The second is right; with that step
Func<double, (double NoOvershoot, double NoRunaway)> largest = tau => (2 * tau, 2 * tau);
//// largest-step: Both are half
Func<double, (double NoOvershoot, double NoRunaway)> largest = tau => (tau / 2, tau);
//// largest-step: It is the reciprocal
Func<double, (double NoOvershoot, double NoRunaway)> largest = tau => (1 / tau, 0.5 / tau);
//// largest-step: The first number is right
Func<double, (double NoOvershoot, double NoRunaway)> largest = tau => (tau, double.MaxValue);
//// rheobase: That is where they meet on the axis
Func<double, double> input = c => c / 2;
//// rheobase: The half must be squared
Func<double, double> input = c => c * c / 2;
//// rheobase: That is so for c = 0.8 only
Func<double, double> input = c => 0.16;
//// rheobase: The sign is the other way round
Func<double, double> input = c => -c * c / 4;
//// rheobase: It is right but for a factor
Func<double, double> input = c => c * c;
