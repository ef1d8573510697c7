(function () {
  var stage = document.getElementById('stage'), bar = document.getElementById('bar');
  var slides = Array.prototype.slice.call(stage.querySelectorAll('.slide'));
  var here = -1;

  function isCut(shown) { return shown.scrollWidth > shown.clientWidth + 1; }

  // a figure is drawn as large as there is room, up to 1.6 times, its words beside it as they were; a slide that is too full smaller, down
  // to a half; what is still too long scrolls
  function fit(slide) {
    var content = slide.querySelector('.content'), room = 720 - 44 - 44;
    var shown = Array.prototype.slice.call(content.querySelectorAll('.outputs, .outputs > *'));
    slide.style.overflowY = '';
    for (var scale = shown.length && !content.querySelector('.code[open]') ? 1.6 : 1; scale >= 0.5; scale -= 0.05) {
      content.style.fontSize = scale > 1 ? (24 / scale) + 'px' : '';
      content.style.width = (1152 / scale) + 'px';
      content.style.transform = 'scale(' + scale + ')';
      if (content.scrollHeight * scale <= room && (scale <= 1 || !shown.some(isCut))) return;
    }
    slide.style.overflowY = 'auto';
  }

  function size() {
    var scale = Math.min(innerWidth / 1280, innerHeight / 720);
    stage.style.transform = 'scale(' + scale + ') translate(-50%,-50%)';
  }

  function go(to) {
    to = Math.max(0, Math.min(slides.length - 1, to));
    if (to === here) return;
    if (here >= 0) slides[here].classList.remove('here');
    here = to;
    slides[here].classList.add('here');
    fit(slides[here]);
    bar.style.width = (100 * (here + 1) / slides.length) + '%';
    if (location.hash !== '#s' + (here + 1)) history.replaceState(null, '', '#s' + (here + 1));
  }

  function fromHash() { go((parseInt(location.hash.replace('#s', ''), 10) || 1) - 1); }

  function theme() {
    var root = document.documentElement;
    var dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
  }

  document.addEventListener('keydown', function (key) {
    if (key.ctrlKey || key.metaKey || key.altKey || /^(INPUT|TEXTAREA|SELECT|SUMMARY|BUTTON)$/.test(key.target.tagName)) return;
    var to = { ArrowRight: here + 1, ArrowDown: here + 1, PageDown: here + 1, ' ': here + (key.shiftKey ? -1 : 1), ArrowLeft: here - 1,
      ArrowUp: here - 1, PageUp: here - 1, Home: 0, End: slides.length - 1 }[key.key];
    if (to !== undefined) go(to);
    else if (key.key === 'd') theme();
    else if (key.key === 'f' && document.fullscreenElement) document.exitFullscreen();
    else if (key.key === 'f') document.documentElement.requestFullscreen();
    else return;
    key.preventDefault();
  });

  var touched = null;
  document.addEventListener('touchstart', function (event) { touched = event.touches[0].clientX; }, { passive: true });
  document.addEventListener('touchend', function (event) {
    var by = event.changedTouches[0].clientX - touched;
    if (Math.abs(by) > 60) go(here + (by < 0 ? 1 : -1));
  });

  addEventListener('resize', size);
  addEventListener('hashchange', fromHash);
  addEventListener('beforeprint', function () { slides.forEach(fit); });
  document.addEventListener('toggle', function () { fit(slides[here]); }, true);
  addEventListener('load', function () { slides.forEach(fit); });
  new ResizeObserver(function () { fit(slides[here]); }).observe(stage);
  size();
  fromHash();
  setTimeout(function () { slides.forEach(fit); }, 1500); // figures have drawn themselves
})();
