// Shows how far the audit or the cleaning is, and the page anew once it has ended.

const panel = document.querySelector("[data-job]");

async function look() {
  const answer = await fetch(`${panel.dataset.state}?job=${panel.dataset.job}`).catch(() => null);
  if (answer?.ok) {
    const { busy, progress } = await answer.json();
    if (!busy) return window.location.reload();
    panel.querySelector("progress").value = progress;
  }
  return setTimeout(look, 2000);
}

if (panel) setTimeout(look, 1000);
