// The charts of the pages about numbers, in the colours of the theme. The table beside them says the same without it.
"use strict";
(() => {
  const drawn = [], dark = matchMedia("(prefers-color-scheme: dark)");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const token = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  // The operators' pages know none of our tokens: hues that stand out on light and on dark.
  const ELSEWHERE = ["#2f9e83", "#d08a3e", "#7d9fd0"];
  const parts = unit => unit === "count" ? 1 : 100;
  const written = (unit, value) => unit === "money" ? "¥" + value.toLocaleString() : value.toLocaleString() + (unit === "rate" ? "%" : "");
  const draw = canvas => {
    const data = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
    const text = token("--text-2") || getComputedStyle(canvas).color;
    const grid = token("--chart-grid") || `color-mix(in srgb, ${text} 18%, transparent)`;
    const hues = ["--chart-1", "--chart-2", "--chart-3"].map((name, at) => token(name) || ELSEWHERE[at]);
    const axis = { stacked: data.stacked, ticks: { color: text, maxRotation: 0, autoSkipPadding: 12 } };
    drawn.push(new Chart(canvas, {
      type: "bar",
      data: {
        labels: data.labels,
        datasets: data.series.map((one, at) => ({
          label: one.name, data: one.values.map(value => value === null ? null : value / parts(data.unit)), type: one.line ? "line" : "bar", backgroundColor: hues[at],
          borderColor: hues[at], borderWidth: one.line ? 2 : 0, borderDash: one.line && at ? [4 * at, 3] : [],
          pointRadius: 2, borderRadius: 2, maxBarThickness: 28, spanGaps: true,
        })),
      },
      options: {
        animation: still ? false : { duration: 250 }, maintainAspectRatio: false, interaction: { mode: "index", intersect: false },
        scales: {
          x: { ...axis, grid: { display: false } },
          y: { ...axis, beginAtZero: true, grid: { color: grid }, ticks: { ...axis.ticks, maxTicksLimit: 5, callback: value => written(data.unit, value) } },
        },
        plugins: {
          legend: { position: "bottom", labels: { color: text, boxWidth: 12 } },
          tooltip: { callbacks: { label: at => `${at.dataset.label} ${written(data.unit, at.parsed.y)}` } },
        },
      },
    }));
  };
  const all = () => { drawn.splice(0).forEach(chart => chart.destroy()); document.querySelectorAll("canvas[data-chart]").forEach(draw); };
  dark.addEventListener("change", all);
  all();
})();
