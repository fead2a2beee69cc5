// Draws the figures of the storage page with the theme's Chart.js, again whenever light turns dark.

const { Chart } = window;
const data = JSON.parse(document.getElementById("chart-data")?.textContent ?? "{}");
const UNITS = ["bytes", "KB", "MB", "GB", "TB"];
let charts = [];

function said(bytes) {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  const value = bytes / 1024 ** power;
  return `${Number(value.toFixed(value < 10 && power ? 1 : 0))} ${UNITS[power]}`;
}

// Steps of powers of two, so that the axis says 256 MB and not 238 MB.
function step(sizes) {
  return 2 ** Math.max(0, Math.ceil(Math.log2(Math.max(...sizes, 1) / 5)));
}

function drawn(canvas) {
  const { labels, sizes } = data[canvas.dataset.chart];
  const style = getComputedStyle(canvas);
  const [accent, line, quiet] = ["--accent", "--line", "--quiet"].map((name) => style.getPropertyValue(name).trim());
  const isLine = canvas.dataset.chart === "growth";
  const bytes = {
    beginAtZero: true,
    grid: { color: line },
    ticks: { color: quiet, stepSize: step(sizes), callback: said, maxRotation: 0 },
  };
  const names = { grid: { display: false }, ticks: { color: quiet, autoSkip: isLine, maxRotation: 0 } };
  return new Chart(canvas, {
    type: isLine ? "line" : "bar",
    data: {
      labels,
      datasets: [{ data: sizes, borderColor: accent, backgroundColor: accent, borderWidth: isLine ? 2 : 0,
        borderRadius: 4, maxBarThickness: 28, pointRadius: 3, cubicInterpolationMode: "monotone" }],
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      indexAxis: isLine ? "x" : "y",
      scales: isLine ? { x: names, y: bytes } : { x: bytes, y: names },
      plugins: {
        legend: { display: false },
        tooltip: { displayColors: false, callbacks: { label: (item) => said(item.raw) } },
      },
    },
  });
}

function draw() {
  charts.forEach((chart) => chart.destroy());
  charts = [...document.querySelectorAll("canvas[data-chart]")].map(drawn);
}

draw();
new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["class"] });
