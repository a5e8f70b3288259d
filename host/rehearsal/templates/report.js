"use strict";
const form = document.getElementById("filter");
const lines = [...document.querySelectorAll("#lines li")];
const output = form.querySelector("output");

function filter() {
  const { product, beat, text } = Object.fromEntries(new FormData(form));
  const wanted = text.trim().toLowerCase();
  let shown = 0;
  for (const line of lines) {
    const fits =
      (!product || line.dataset.p === product) &&
      (!beat || line.dataset.b === beat) &&
      (!wanted || line.textContent.toLowerCase().includes(wanted));
    line.hidden = !fits;
    shown += fits;
  }
  output.textContent = output.dataset.text.replace("#", shown);
}

form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
filter();
