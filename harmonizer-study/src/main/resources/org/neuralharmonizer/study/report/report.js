"use strict";
(() => {
  const margin = {top: 30, right: 24, bottom: 46, left: 58};
  let drawn = 0;

  const known = (...values) => values.every((value) => value !== null);

  function padded(values, share) {
    const [low, high] = d3.extent(values);
    if (low === undefined) return [0, 1];
    const pad = (high - low || Math.abs(high) || 1) * share;
    return [low - pad, high + pad];
  }

  function frame(holder, data, xDomain, yDomain, right, top = margin.top) {
    const width = Math.max(300, holder.clientWidth);
    const height = Math.round(Math.min(420, Math.max(280, width * 0.52))) + top - margin.top;
    const svg = d3.create("svg")
      .attr("viewBox", [0, 0, width, height]).attr("role", "img")
      .attr("aria-label", `${data.title}. ${data.yLabel} against ${data.xLabel}; numbers below.`);
    const scale = data.logarithmic ? d3.scaleLog : d3.scaleLinear;
    const x = scale(xDomain, [margin.left, width - right]).nice();
    const y = d3.scaleLinear(yDomain, [height - margin.bottom, top]).nice();
    svg.append("g").attr("class", "grid").attr("transform", `translate(${margin.left},0)`)
      .call(d3.axisLeft(y).ticks(6).tickSize(margin.left + right - width).tickFormat(""));
    svg.append("g").attr("class", "axis")
      .attr("transform", `translate(0,${height - margin.bottom})`)
      .call((data.logarithmic ? logarithmicAxis(x) : d3.axisBottom(x).ticks(width / 90))
        .tickSize(0).tickPadding(9));
    svg.append("g").attr("class", "axis").attr("transform", `translate(${margin.left},0)`)
      .call(d3.axisLeft(y).ticks(6).tickSize(0).tickPadding(9));
    svg.append("text").attr("class", "axis-label").attr("text-anchor", "end")
      .attr("x", width - right).attr("y", height - 6).text(`${data.xLabel} →`);
    svg.append("text").attr("class", "axis-label").attr("x", 0).attr("y", 12)
      .text(`↑ ${data.yLabel}`);
    return {svg, x, y, width, height};
  }

  /** 1, 2, 5 and their multiples by powers of ten. */
  function logarithmicAxis(x) {
    const [low, high] = x.domain();
    const powers = d3.range(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)) + 1);
    const values = powers.flatMap((k) => [1, 2, 5].map((digit) => Number(`${digit}e${k}`)));
    return d3.axisBottom(x).tickValues(values.filter((v) => v >= low && v <= high))
      .tickFormat(String);
  }

  function labelsApart(labels, spacing) {
    labels.sort((a, b) => a.y - b.y);
    for (let i = 1; i < labels.length; i++) {
      const above = labels.slice(0, i).filter((other) => Math.abs(other.x - labels[i].x) < 150);
      labels[i].y = Math.max(labels[i].y, (d3.max(above, (other) => other.y) ?? -1e9) + spacing);
    }
    return labels;
  }

  function tipped(marks, text) {
    const tip = document.querySelector(".tip")
      || document.body.appendChild(Object.assign(document.createElement("div"), {className: "tip"}));
    tip.setAttribute("role", "status");
    const show = (event, datum) => {
      const box = event.currentTarget.getBoundingClientRect();
      tip.textContent = text(datum);
      tip.classList.add("shown");
      const left = scrollX + box.left + box.width / 2 - tip.offsetWidth / 2;
      tip.style.left = `${Math.max(8, Math.min(left, scrollX + innerWidth - tip.offsetWidth - 8))}px`;
      tip.style.top = `${scrollY + box.top - tip.offsetHeight - 8}px`;
    };
    marks.attr("tabindex", 0).attr("aria-label", text)
      .on("pointerenter focus", show)
      .on("pointerleave blur", () => tip.classList.remove("shown"));
  }

  function tradeOff(holder, data) {
    const points = data.points.map((p, i) => ({...p, index: i})).filter((p) => known(p.x, p.y));
    const xs = points.flatMap((p) => [p.x - (p.xError || 0), p.x + (p.xError || 0)]);
    const ys = points.flatMap((p) => [p.y - (p.yError || 0), p.y + (p.yError || 0)])
      .concat(data.levels.map((level) => level.y).filter((value) => value !== null));
    const across = padded(xs, 0.12);
    // Accuracies end at 1, and so does their axis.
    if (d3.max(xs) <= 1) across[1] = Math.min(across[1], 1);
    const chart = frame(holder, data, across, padded(ys, 0.1), margin.right,
      margin.top + 15 * data.lines.length);
    const {svg, x, y, width} = chart;
    const narrow = width < 480;
    for (const level of data.levels.filter((l) => known(l.y))) {
      svg.append("line").attr("class", "level").attr("x1", margin.left)
        .attr("x2", width - margin.right).attr("y1", y(level.y)).attr("y2", y(level.y));
      svg.append("text").attr("class", "axis-label halo").attr("x", margin.left + 6)
        .attr("y", y(level.y) - 6).text(level.name);
    }
    const through = d3.line((p) => x(p[0]), (p) => y(p[1]));
    data.lines.forEach((line, i) => {
      svg.append("path").attr("class", "trend").attr("d", through(line.points))
        .attr("stroke-dasharray", [null, "2 4", "8 4"][i % 3]);
      svg.append("path").attr("class", "trend").attr("d", `M${margin.left + 6},${margin.top - 2 + 15 * i}h22`)
        .attr("stroke-dasharray", [null, "2 4", "8 4"][i % 3]);
      svg.append("text").attr("class", "axis-label halo").attr("x", margin.left + 34)
        .attr("y", margin.top + 2 + 15 * i).text(line.name);
    });
    arrows(svg, data, x, y);
    const group = svg.append("g").selectAll("g").data(points).join("g")
      .attr("class", (p) => p.training);
    const measured = (value, error) => value.toFixed(3) + (error ? ` ± ${error.toFixed(3)}` : "");
    tipped(group, (p) => [p.name, `${data.xLabel}: ${measured(p.x, p.xError)}`,
      `${data.yLabel}: ${measured(p.y, p.yError)}`].join("\n"));
    group.append("line").attr("class", "error").attr("y1", (p) => y(p.y)).attr("y2", (p) => y(p.y))
      .attr("x1", (p) => x(p.x - (p.xError || 0))).attr("x2", (p) => x(p.x + (p.xError || 0)));
    group.append("line").attr("class", "error").attr("x1", (p) => x(p.x)).attr("x2", (p) => x(p.x))
      .attr("y1", (p) => y(p.y - (p.yError || 0))).attr("y2", (p) => y(p.y + (p.yError || 0)));
    group.append("circle").attr("r", 5.5).attr("cx", (p) => x(p.x)).attr("cy", (p) => y(p.y));
    const paired = new Set(data.arrows.map(([from]) => from));
    // Where names would cover points, hover and the table have them.
    const labels = points.filter((p) => !paired.has(p.index) && !(narrow && points.length > 6))
      .map((p) => ({name: p.name, x: x(p.x), y: y(p.y) - 12}));
    svg.append("g").selectAll("text").data(labelsApart(labels, 15)).join("text")
      .attr("class", "halo").attr("text-anchor", (l) => l.x > width * 0.72 ? "end" : "start")
      .attr("x", (l) => l.x + (l.x > width * 0.72 ? -9 : 9)).attr("y", (l) => l.y)
      .text((l) => l.name);
    if (narrow) legend(svg, 8, chart.height - 10);
    else legend(svg, width - 182, 8);
    return svg.node();
  }

  function legend(svg, left, y) {
    for (const [kind, x] of [["plain", left], ["harmonized", left + 66]]) {
      svg.append("g").attr("class", kind).append("circle")
        .attr("r", 5).attr("cx", x).attr("cy", y);
      svg.append("text").attr("x", x + 10).attr("y", y + 4).text(kind);
    }
  }

  function arrows(svg, data, x, y) {
    const head = `arrow-${drawn++}`;
    svg.append("defs").append("marker").attr("id", head).attr("viewBox", "0 0 10 10")
      .attr("refX", 9).attr("refY", 5).attr("markerWidth", 9).attr("markerHeight", 9)
      .attr("markerUnits", "userSpaceOnUse").attr("orient", "auto")
      .append("path").attr("class", "arrow-head").attr("d", "M0,1L10,5L0,9Z");
    for (const [from, to] of data.arrows) {
      const [a, b] = [data.points[from], data.points[to]];
      if (!known(a.x, a.y, b.x, b.y)) continue;
      const [dx, dy] = [x(b.x) - x(a.x), y(b.y) - y(a.y)];
      const length = Math.hypot(dx, dy);
      if (length < 24) continue;
      const gap = 10 / length;
      svg.append("line").attr("class", "arrow").attr("marker-end", `url(#${head})`)
        .attr("x1", x(a.x) + dx * gap).attr("y1", y(a.y) + dy * gap)
        .attr("x2", x(b.x) - dx * gap).attr("y2", y(b.y) - dy * gap);
    }
  }

  function lines(holder, data) {
    const all = data.lines.flatMap((line) => line.points).filter((p) => known(...p));
    const longest = d3.max(data.lines, (line) => line.name.length) || 0;
    const right = Math.min(200, 24 + 7 * longest);
    const xs = d3.extent(all, (p) => p[0]);
    const ys = all.map((p) => p[1])
      .concat(data.lines.flatMap((line) => line.intervals.flatMap((i) => [i[1], i[2]])));
    const {svg, x, y, width} = frame(
      holder, data, xs[0] === undefined ? [0, 1] : xs, padded(ys, 0.06), right);
    const path = d3.line((p) => x(p[0]), (p) => y(p[1])).defined((p) => known(...p));
    const labels = [];
    data.lines.forEach((line, i) => {
      const colour = `var(--line-${i % 6})`;
      svg.append("path").attr("class", "line").style("stroke", colour)
        .attr("stroke-dasharray", i >= 6 ? "6 4" : null).attr("d", path(line.points))
        .append("title").text(line.name);
      // Side by side, so that intervals of several lines at one place can be told apart.
      const aside = 3 * (i - (data.lines.length - 1) / 2);
      svg.append("g").selectAll("line").data(line.intervals).join("line")
        .attr("class", "error").style("stroke", colour)
        .attr("x1", (p) => x(p[0]) + aside).attr("x2", (p) => x(p[0]) + aside)
        .attr("y1", (p) => y(p[1])).attr("y2", (p) => y(p[2]));
      const last = line.points.filter((p) => known(...p)).pop();
      if (last) labels.push({name: line.name, colour, x: x(last[0]), y: y(last[1])});
    });
    for (const label of labelsApart(labels, 15)) {
      svg.append("text").attr("class", "halo").style("fill", label.colour)
        .attr("x", Math.min(label.x + 8, width - right + 8)).attr("y", label.y).attr("dy", "0.35em")
        .text(label.name);
    }
    return svg.node();
  }

  function distribution(holder, data) {
    const width = Math.max(300, holder.clientWidth);
    const band = 44;
    const height = margin.top + data.rows.length * band + margin.bottom;
    const values = data.rows.flatMap((row) => row.values).filter((value) => value !== null);
    const x = d3.scaleLinear(padded(values, 0.06), [12, width - 12]).nice();
    const svg = d3.create("svg").attr("viewBox", [0, 0, width, height]).attr("role", "img")
      .attr("aria-label", `${data.title}; numbers below.`);
    svg.append("g").attr("class", "grid").attr("transform", `translate(0,${margin.top})`)
      .call(d3.axisBottom(x).ticks(width / 90).tickSize(data.rows.length * band).tickFormat(""));
    svg.append("g").attr("class", "axis").attr("transform", `translate(0,${height - margin.bottom})`)
      .call(d3.axisBottom(x).ticks(width / 90).tickSize(0).tickPadding(9));
    svg.append("text").attr("class", "axis-label").attr("text-anchor", "end")
      .attr("x", width - 12).attr("y", height - 6).text(`${data.xLabel} →`);
    data.rows.forEach((row, i) => {
      const y = margin.top + band * i + 30;
      svg.append("text").attr("class", "halo").attr("x", 12).attr("y", y - 14).text(row.name);
      const marks = row.values.map((value, k) => ({value, name: row.names[k]}))
        .filter((mark) => mark.value !== null);
      const drawn = svg.append("g").attr("class", "mark").selectAll("circle").data(marks)
        .join("circle").attr("r", 4).attr("cx", (m) => x(m.value)).attr("cy", y);
      tipped(drawn, (m) => `${m.name}\n${m.value.toFixed(3)}`);
      if (known(row.median)) {
        svg.append("line").attr("class", "median").attr("x1", x(row.median)).attr("x2", x(row.median))
          .attr("y1", y - 9).attr("y2", y + 9);
      }
    });
    return svg.node();
  }

  function save(name, url) {
    const link = Object.assign(document.createElement("a"), {download: name, href: url});
    link.click();
  }

  /** The drawing as a document of its own, with the colours it has on the page. */
  function standalone(svg) {
    const copy = svg.cloneNode(true);
    const originals = [svg, ...svg.querySelectorAll("*")];
    [copy, ...copy.querySelectorAll("*")].forEach((element, i) => {
      const style = getComputedStyle(originals[i]);
      for (const name of ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-family",
        "font-size", "font-weight", "paint-order", "text-anchor", "display"]) {
        element.style.setProperty(name, style.getPropertyValue(name));
      }
    });
    const {width, height} = svg.viewBox.baseVal;
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    copy.style.background = getComputedStyle(document.body).backgroundColor;
    return "data:image/svg+xml;charset=utf-8,"
      + encodeURIComponent(new XMLSerializer().serializeToString(copy));
  }

  function saveBitmap(name, svg) {
    const {width, height} = svg.viewBox.baseVal;
    const image = new Image();
    image.onload = () => {
      const canvas = Object.assign(
        document.createElement("canvas"), {width: 2 * width, height: 2 * height});
      canvas.getContext("2d").drawImage(image, 0, 0, 2 * width, 2 * height);
      save(name, canvas.toDataURL("image/png"));
    };
    image.src = standalone(svg);
  }

  function table(figure) {
    const quoted = (text) => /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    return [...figure.querySelectorAll("details tr")]
      .map((row) => [...row.cells].map((cell) => quoted(cell.textContent)).join(",")).join("\n");
  }

  function exports(holder, data) {
    const name = data.title.toLowerCase().replace(/[^a-z0-9]+/g, "-");
    const bar = holder.after(Object.assign(document.createElement("p"), {className: "exports"}))
      || holder.nextElementSibling;
    const kinds = {
      SVG: () => save(`${name}.svg`, standalone(holder.querySelector("svg"))),
      PNG: () => saveBitmap(`${name}.png`, holder.querySelector("svg")),
      CSV: () => save(`${name}.csv`,
        `data:text/csv;charset=utf-8,${encodeURIComponent(table(holder.closest("figure")))}`),
      JSON: () => save(`${name}.json`,
        `data:application/json,${encodeURIComponent(JSON.stringify(data))}`),
    };
    for (const [kind, act] of Object.entries(kinds)) {
      const button = Object.assign(document.createElement("button"), {textContent: kind, onclick: act});
      button.setAttribute("aria-label", `Save as ${kind}: ${data.title}`);
      bar.append(button);
    }
  }

  const kinds = {tradeOff, lines, distribution};
  for (const holder of document.querySelectorAll(".drawing")) {
    const data = JSON.parse(holder.querySelector("script").textContent);
    let width = -1;
    const draw = () => {
      if (holder.clientWidth === width) return;
      width = holder.clientWidth;
      holder.replaceChildren(kinds[data.kind](holder, data));
    };
    draw();
    exports(holder, data);
    new ResizeObserver(draw).observe(holder);
  }
})();
