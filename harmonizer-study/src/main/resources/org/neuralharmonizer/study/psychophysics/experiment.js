"use strict";
(() => {
  const experiment = JSON.parse(document.getElementById("experiment").textContent);
  const {timing, categories, keys, columns} = experiment;
  const store = `harmonizer ${experiment.id}`;
  const element = (name) => document.querySelector(name);
  const picture = element(".stage img");
  let state = null;
  let frame = 1000 / 60;
  let hidden = 0;
  let pressed = null;
  let early = 0;

  const phase = (name) => { document.body.dataset.phase = name; };
  const nextFrame = () => new Promise((done) => requestAnimationFrame(done));

  /** Waits for the frame nearest to a time, and gives that frame's. */
  async function frameAt(time) {
    let now = await nextFrame();
    while (now < time - frame / 2) now = await nextFrame();
    return now;
  }

  /** The usual time between two frames. */
  async function measureFrame() {
    const gaps = [];
    let before = await nextFrame();
    for (let i = 0; i < 30; i++) {
      const now = await nextFrame();
      gaps.push(now - before);
      before = now;
    }
    gaps.sort((a, b) => a - b);
    return gaps[15];
  }

  /** Numbers from 0 to 1 that follow from a text (FNV-1a, then mulberry32). */
  function random(text) {
    let a = 0x811c9dc5;
    for (const c of text) a = Math.imul(a ^ c.codePointAt(0), 0x01000193);
    return () => {
      a = (a + 0x6d2b79f5) | 0;
      let t = Math.imul(a ^ (a >>> 15), 1 | a);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
  }

  function shuffled(count, next) {
    const order = [...Array(count).keys()];
    for (let i = count - 1; i > 0; i--) {
      const j = Math.floor(next() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }

  function keep() {
    try {
      localStorage.setItem(store, JSON.stringify(state));
    } catch (problem) {
      for (const note of document.querySelectorAll(".warning")) {
        note.textContent = "This browser keeps no data: a reload would lose them.";
      }
    }
  }

  function kept() {
    try {
      return JSON.parse(localStorage.getItem(store));
    } catch (problem) {
      return null;
    }
  }

  /** Training in the order given, then the test in that of the participant. */
  function plan(observer) {
    const next = random(`${experiment.id} ${observer}`);
    const training = experiment.training.map((_, i) => ["training", i]);
    const test = shuffled(experiment.stimuli.length, next).map((i) => ["test", i]);
    return [...training, ...test];
  }

  const stimulus = ([part, i]) => (part === "training" ? experiment.training : experiment.stimuli)[i];

  function row(number, shown, measured) {
    const [part] = state.plan[number];
    return {
      observer: state.observer,
      session: 1,
      condition: part === "training" ? "training" : shown.condition,
      stimulus: shown.image,
      truth: shown.truth,
      answer: "",
      seconds: "",
      trial: number + 1,
      set: experiment.set,
      file: shown.file,
      fixation_ms: "",
      shown_ms: "",
      frame_ms: frame.toFixed(2),
      early_keys: early,
      hidden: hidden,
      reloads: state.reloads,
      date: new Date().toISOString(),
      ...measured,
    };
  }

  async function trial(number) {
    const shown = stimulus(state.plan[number]);
    const next = random(`${experiment.id} ${state.observer} ${number}`);
    picture.src = shown.src;
    await picture.decode();
    [early, pressed] = [0, null];
    phase("fixation");
    const begin = await nextFrame();
    const [least, most] = timing.fixation;
    const onset = await frameAt(begin + least + next() * (most - least));
    // From here on the participant has seen the image: a reload must not show it again.
    phase("image");
    state.pending = number;
    keep();
    const start = {at: onset, key: null};
    pressed = start;
    const gone = await frameAt(onset + timing.image);
    phase("blank");
    await frameAt(onset + timing.deadline);
    pressed = null;
    const inTime = start.key && start.key.at - onset <= timing.deadline;
    state.rows.push(row(number, shown, {
      // Whoever was elsewhere since the last answer did not look at the cross, or at the image.
      ...(hidden > 0 ? {condition: "interrupted"} : {}),
      answer: inTime ? categories[start.key.choice] : "",
      seconds: inTime ? ((start.key.at - onset) / 1000).toFixed(4) : "",
      fixation_ms: (onset - begin).toFixed(1),
      shown_ms: (gone - onset).toFixed(1),
    }));
    state.pending = null;
    hidden = document.hidden ? 1 : 0;
    keep();
    if (!inTime) {
      phase("feedback");
      await frameAt((await nextFrame()) + timing.feedback);
    }
  }

  addEventListener("keydown", (event) => {
    const choice = keys.indexOf(event.key.toLowerCase());
    if (choice < 0 || event.repeat) return;
    if (pressed === null) early++;
    else if (pressed.key === null) pressed.key = {choice, at: event.timeStamp};
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) hidden++; });

  async function run() {
    if (document.fullscreenEnabled) {
      await document.documentElement.requestFullscreen().catch(() => {});
    }
    frame = await measureFrame();
    hidden = 0;
    for (let number = state.rows.length; number < state.plan.length; number++) {
      if (number === experiment.training.length && number > 0 && !state.told) {
        state.told = true;
        keep();
        phase("paused");
        await pressedStart(element(".paused button"));
        hidden = 0;
      }
      await trial(number);
    }
    finish();
  }

  const pressedStart = (button) =>
    new Promise((done) => button.addEventListener("click", done, {once: true}));

  function csv() {
    const quoted = (value) =>
      /[",\r\n]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
    const lines = state.rows.map((each) => columns.map((name) => quoted(each[name])).join(","));
    return [columns.join(","), ...lines].join("\n") + "\n";
  }

  function finish() {
    if (document.fullscreenElement) document.exitFullscreen();
    phase("end");
    const text = csv();
    element("textarea").value = text;
    const save = () => Object.assign(document.createElement("a"), {
      download: `${experiment.name}-${state.observer.replace(/[^A-Za-z0-9_-]/g, "_")}.csv`,
      href: `data:text/csv;charset=utf-8,${encodeURIComponent(text)}`,
    }).click();
    element(".save").onclick = save;
    element(".forget").onclick = () => {
      if (confirm("Delete the data from this browser? Save them before.")) {
        localStorage.removeItem(store);
        location.reload();
      }
    };
    save();
  }

  /** After a reload: the trial that was on the screen was seen, and does not count. */
  async function resume(before) {
    state = before;
    if (state.rows.length < state.plan.length) state.reloads++;
    if (state.pending !== null && state.pending === state.rows.length) {
      const shown = stimulus(state.plan[state.pending]);
      state.rows.push(row(state.pending, shown, {condition: "interrupted"}));
      state.pending = null;
    }
    keep();
    if (state.rows.length === state.plan.length) return finish();
    phase("paused");
    await pressedStart(element(".paused button"));
    return run();
  }

  async function begin() {
    phase("welcome");
    const form = element("form");
    await new Promise((done) => form.addEventListener("submit", (event) => {
      event.preventDefault();
      done();
    }, {once: true}));
    const observer = element("#observer").value.trim();
    state = {observer, plan: plan(observer), rows: [], pending: null, reloads: 0, told: false};
    keep();
    return run();
  }

  const before = kept();
  if (before) resume(before);
  else begin();
})();
