/* Charts drawn from tables that are in the page. Load it after vendor/echarts/echarts.min.js.

   <div class="chart" id="by-day-chart" hx-preserve></div>      optional: where to draw; else a place
   <details><summary>As a table</summary>                       is made before the details, or
   <table id="by-day" data-chart="bar">                         before the table
     <caption>Net sales by day</caption>                        the name of the chart
     <thead><tr><th scope="col">Day</th>
       <th scope="col" data-unit="EUR">Net sales</th>           data-unit: shown beside the number
       <th scope="col" data-kind="line" data-axis="right">Orders</th>
       <th scope="col" data-no-chart>Note</th></tr></thead>     a column that is not drawn
     <tbody><tr><th scope="row">Mon 1 Jun</th>                  first column: the categories
       <td data-value="120.50">120.50</td>…                     data-value: the number; "" is a gap
   </table></details>

   On the table: data-chart="bar" or "line" (data-kind of a column overrides it), data-stack to stack
   bars, data-across for bars from left to right, data-height in pixels. On a column: data-kind,
   data-axis="right", data-unit, data-digits. A cell of the first column may have data-short, for
   the axis. The place has the id of the table and "-chart"; with hx-preserve it stays when htmx
   swaps what is around it, and is drawn anew from the new table. */
"use strict";

(() => {
  const PALETTE = ["--accent", "--warn", "--good", "--muted", "--bad"];
  const drawn = new Map();
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const strong = matchMedia("(prefers-contrast: more), (forced-colors: active)");

  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const text = (cell) => cell.textContent.trim().replace(/\s+/g, " ");

  const number = (cell) => {
    const found = cell?.dataset.value ?? "";
    return found === "" ? null : Number(found);
  };

  /* What a table says: names, categories, and a series for each column of numbers. */
  const read = (table) => {
    const heads = [...table.tHead.rows[0].cells];
    const rows = [...table.tBodies[0].rows];
    return {
      name: table.caption ? text(table.caption) : "",
      categories: rows.map((row) => text(row.cells[0])),
      short: rows.map((row) => row.cells[0].dataset.short ?? text(row.cells[0])),
      series: heads
        .map((head, column) => ({ head, column }))
        .filter(({ head, column }) => column > 0 && !("noChart" in head.dataset))
        .map(({ head, column }) => ({
          name: text(head),
          kind: head.dataset.kind ?? table.dataset.chart,
          axis: head.dataset.axis === "right" ? 1 : 0,
          unit: head.dataset.unit ?? "",
          digits: Number(head.dataset.digits ?? (head.dataset.unit ? 2 : 0)),
          values: rows.map((row) => number(row.cells[column])),
        })),
    };
  };

  const figure = (value, one) =>
    value === null || value === undefined
      ? "–"
      : value.toLocaleString("en-US", {
          minimumFractionDigits: one.digits,
          maximumFractionDigits: Math.max(one.digits, one.unit ? 2 : 6),
        }) + (one.unit ? ` ${one.unit}` : "");

  const brief = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

  const valueAxes = (data) => {
    const axes = [0, 1].filter((side) => data.series.some((one) => one.axis === side));
    return [0, 1].slice(0, Math.max(...axes, 0) + 1).map((side) => {
      const mine = data.series.filter((one) => one.axis === side);
      const units = [...new Set(mine.map((one) => one.unit))];
      return {
        type: "value",
        name: mine.length === 1 ? mine[0].name : (units.length === 1 && units[0]) || "",
        nameTextStyle: { color: token("--muted"), align: side ? "right" : "left", padding: 0 },
        axisLabel: { color: token("--muted"), formatter: (value) => brief.format(value) },
        splitLine: { show: side === 0, lineStyle: { color: token("--line") } },
        minInterval: mine.every((one) => one.values.every(Number.isInteger)) ? 1 : 0,
        splitNumber: 4,
        alignTicks: true,
      };
    });
  };

  const oneSeries = (table, data) => (one, place) => {
    const colour = token(PALETTE[place % PALETTE.length]);
    const isBar = one.kind === "bar";
    const across = "across" in table.dataset;
    return {
      name: one.name,
      type: isBar ? "bar" : "line",
      data: one.values,
      stack: "stack" in table.dataset && isBar ? "all" : undefined,
      [across ? "xAxisIndex" : "yAxisIndex"]: one.axis,
      itemStyle: { color: colour, borderRadius: isBar && !("stack" in table.dataset) ? 2 : 0 },
      lineStyle: { color: colour, width: data.categories.length > 120 ? 1 : 2 },
      barMaxWidth: 34,
      showSymbol: data.categories.length < 2,
      symbolSize: 6,
      z: isBar ? 2 : 3,
    };
  };

  const tip = (data) => ({
    trigger: "axis",
    renderMode: "richText",
    confine: true,
    backgroundColor: token("--surface"),
    borderColor: token("--line"),
    textStyle: { color: token("--text"), fontSize: 13 },
    axisPointer: { type: "shadow", shadowStyle: { color: token("--raised"), opacity: 0.6 } },
    formatter: (points) => {
      const place = points[0]?.dataIndex ?? 0;
      const lines = data.series.map((one) => `${one.name}  ${figure(one.values[place], one)}`);
      return [data.categories[place], ...lines].join("\n");
    },
  });

  const option = (table) => {
    const data = read(table);
    const bars = data.series.filter((one) => one.kind === "bar").length;
    const across = "across" in table.dataset;
    const names = {
      type: "category",
      data: data.short,
      inverse: across,
      boundaryGap: bars > 0 || data.categories.length < 2,
      axisLabel: { color: token("--muted"), hideOverlap: true },
      axisLine: { lineStyle: { color: token("--muted") } },
      axisTick: { show: false },
    };
    return {
      animation: !still.matches,
      animationDuration: 250,
      animationDurationUpdate: 250,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      aria: {
        enabled: true,
        label: { description: `${data.name}. ${spoken(data)}` },
        decal: { show: bars > 1 || strong.matches, decals: decals() },
      },
      grid: { left: 4, right: 4, top: 34, bottom: 4, containLabel: true },
      legend:
        data.series.length > 1
          ? { top: 0, right: "center", textStyle: { color: token("--text") }, itemHeight: 10 }
          : { show: false },
      tooltip: tip(data),
      [across ? "yAxis" : "xAxis"]: names,
      [across ? "xAxis" : "yAxis"]: valueAxes(data),
      series: data.series.map(oneSeries(table, data)),
    };
  };

  /* The sentence for those who do not see the chart; the table beside it has every number. */
  const spoken = (data) =>
    data.series
      .map((one) => {
        const known = one.values.filter((value) => value !== null);
        if (!known.length) return `${one.name}: no values`;
        const [low, high] = [Math.min(...known), Math.max(...known)];
        const where = data.categories[one.values.indexOf(high)];
        return `${one.name}: from ${figure(low, one)} to ${figure(high, one)}, highest ${where}`;
      })
      .join(". ");

  /* Bars that differ by more than their colour. The first series is plain. */
  const decals = () =>
    [0, 1, 2, 3, 4].map((place) =>
      place === 0
        ? { symbol: "none" }
        : {
            color: token("--surface"),
            symbolSize: 1,
            dashArrayX: [1, 0],
            dashArrayY: [1.5, 3 + place],
            rotation: place % 2 ? -Math.PI / 4 : Math.PI / 4,
          },
    );

  const placeFor = (table) => {
    const known = document.getElementById(`${table.id}-chart`);
    if (known) return known;
    const place = document.createElement("div");
    place.className = "chart";
    if (table.id) place.id = `${table.id}-chart`;
    (table.closest("details") ?? table.closest(".scroll") ?? table).before(place);
    return place;
  };

  const draw = (table) => {
    if (!globalThis.echarts || !table.tBodies[0]?.rows.length) return;
    let place = table.chartPlace?.isConnected ? table.chartPlace : placeFor(table);
    table.chartPlace = place;
    let chart = drawn.get(place)?.chart;
    if (!chart) {
      place.style.height = `${table.dataset.height ?? 260}px`;
      place.setAttribute("role", "img");
      chart = echarts.init(place, null, { renderer: "svg" });
      watcher.observe(place);
    }
    drawn.set(place, { chart, table });
    chart.setOption(option(table), { notMerge: true });
  };

  /* A place that htmx has taken out of the page is forgotten, once it is sure not to come back. */
  const forget = () => {
    for (const [place, { chart }] of drawn) {
      if (place.isConnected) continue;
      watcher.unobserve(place);
      chart.dispose();
      drawn.delete(place);
    }
  };

  const watcher = new ResizeObserver((entries) => {
    for (const { target } of entries) if (target.clientWidth) drawn.get(target)?.chart.resize();
  });

  const begin = (root) => {
    forget();
    if (root.matches?.("table[data-chart]")) draw(root);
    root.querySelectorAll("table[data-chart]").forEach(draw);
  };

  const again = () => drawn.forEach(({ table }) => draw(table));

  document.addEventListener("DOMContentLoaded", () => begin(document));
  document.addEventListener("htmx:load", (event) => begin(event.detail.elt));
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  for (const query of [scheme, still, strong]) query.addEventListener("change", again);
})();
