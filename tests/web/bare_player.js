// The player, the strip, the chart and what takes them away, with frames that come when `frame` is called.
async () => {
  const { sheetOf } = await load("kit/mount.js");
  const { Player } = await load("player/player.js");
  const { AlongChart, FilmStrip } = await load("player/along.js");
  const { TakeAway } = await load("player/take_away.js");
  const { listenForKeys } = await load("gestures/keys.js");
  const shared = ["base", "controls", "pictures"].map((name) => `kit/styles/${name}`);
  for (const name of [...shared, "player/player", "player/along"]) {
    document.adoptedStyleSheets.push(sheetOf((await load(`${name}.css`)).default));
  }
  let frames = [];
  let clock = 1000;
  window.requestAnimationFrame = (frame) => frames.push(frame);
  window.cancelAnimationFrame = () => (frames = []);
  // The frames that were asked for come once, so many milliseconds after the ones before.
  window.frame = (ms = 0) => {
    const due = frames;
    frames = [];
    clock += ms;
    for (const one of due) one(clock);
    return seen.at(-1);
  };
  window.seen = [];
  window.states = [];
  window.rests = 0;
  window.player = new Player({
    onTime: (t) => {
      seen.push(t);
      strip.mark(Math.min(1, t));
      chart.mark(Math.min(1, t));
    },
    onPlay: (playing) => states.push(playing),
    onRest: () => (rests += 1),
  });
  const onSeek = (t) => player.seek(t);
  window.strip = new FilmStrip({ label: "Strip", onSeek });
  window.chart = new AlongChart({ label: "Speed", unit: "per time", onSeek });
  const take = new TakeAway({
    source: () => ({
      root,
      name: "7-to-3",
      panels: [{ caption: "ae", colour: "red", pictureAt: (t, out) => out.fill(t) }],
      film: (count) => player.film(count),
      rows: (times) => [["t", "words", "none"], ...times.map((t) => [t, 'a "b", c', NaN])],
    }),
  });
  const root = document.createElement("div");
  root.setAttribute("data-component", "bare");
  const other = Object.assign(document.createElement("input"), { type: "radio", ariaLabel: "Other" });
  root.append(player.element, strip.element, chart.element, take.element, other);
  document.body.replaceChildren(root);
  listenForKeys(player.actions);
};
