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
//// euler-step: rest is missing: without a current V goes to rest, not to 0.
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => v + dt / tau * (ri - v);
//// euler-step: The current is added at once. It is multiplied by dt / tau, too.
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => v + dt / tau * (rest - v) + ri;
//// euler-step: The current is not divided by tau.
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => v + dt * ((rest - v) / tau + ri);
//// euler-step: Only the current is divided by tau. All of rest - v + ri is: brackets are missing.
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => v + dt * (rest - v + ri / tau);
//// euler-step: That is the speed, in mV per ms. How far does V go in dt, and from where?
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => (rest - v + ri) / tau;
//// euler-step: The step begins at v, not at rest.
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => rest + dt / tau * (rest - v + ri);
//// euler-step: That is where V goes if one waits. One step goes a part of the way.
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => rest + ri;
//// exact-step: That decays to 0 and adds all of the current at once. V goes to rest + ri, and its distance from there shrinks.
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => v * Math.Exp(-dt / tau) + ri;
//// exact-step: rest is missing: without a current that decays to 0, not to rest.
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => v * Math.Exp(-dt / tau) + ri * (1 - Math.Exp(-dt / tau));
//// exact-step: The current is added at once. It pulls as slowly as the leak does: V goes to rest + ri.
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => rest + (v - rest) * Math.Exp(-dt / tau) + ri;
//// exact-step: That decays to 0. V goes to rest + ri.
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => v * Math.Exp(-dt / tau);
//// exact-step: That is where V goes if one waits. After dt it is not there yet.
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => rest + ri;
//// exact-step: The current has the wrong sign: it pulls V up.
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => rest - ri + (v - rest + ri) * Math.Exp(-dt / tau);
//// exact-step: That is how far V is from rest; add it to rest.
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => (v - rest) * Math.Exp(-dt / tau) + ri * (1 - Math.Exp(-dt / tau));
//// exact-step: That is the change; add it to v.
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => (rest + ri - v) * (1 - Math.Exp(-dt / tau));
//// exact-step: tau is the time in which the distance shrinks to 1/e of it, not to a half: Math.Exp, not a power of 2.
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => rest + ri + (v - rest - ri) * Math.Pow(2, -dt / tau);
//// exact-step: tau is missing in the exponent.
Func<double, double, double, double, double, double> next = (v, rest, ri, tau, dt) => rest + ri + (v - rest - ri) * Math.Exp(-dt);
//// largest-step: That is so for tau = 1 only. A slow membrane, with a large tau, bears larger steps.
Func<double, (double NoOvershoot, double NoRunaway)> largest = tau => (1, 2);
//// largest-step: Both are twice what is possible.
Func<double, (double NoOvershoot, double NoRunaway)> largest = tau => (2 * tau, 4 * tau);
//// rheobase: The half is squared, but c is not: (c/2)^2.
Func<double, double> input = c => c / 4;
