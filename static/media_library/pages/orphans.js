// Shows how far the audit or the cleaning is, and the page anew once it has ended.

import { send, sentence } from "../../dist/api.js";

const panel = document.querySelector("[data-job]");
const problem = document.createElement("p");
problem.setAttribute("role", "alert");

async function look() {
  try {
    const answer = await send(`${panel.dataset.state}?job=${panel.dataset.job}`, { seconds: 20 });
    problem.remove();
    if (answer.ok) {
      const { busy, progress } = await answer.json();
      if (!busy) return window.location.reload();
      panel.querySelector("progress").value = progress;
    }
  } catch (error) {
    problem.textContent = sentence(error);
    if (!problem.isConnected) panel.append(problem);
  }
  return setTimeout(look, 2000);
}

if (panel) setTimeout(look, 1000);
