// What makes families' pages more comfortable; each of them works without it.
const MIDDLE = "\u00a0";
const euros = (cents) => {
  const whole = String(Math.trunc(cents / 100)).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  return `${whole},${String(cents % 100).padStart(2, "0")}${MIDDLE}€`;
};

// The cents of a typed amount, null where it is none.
const cents = (typed) => {
  const found = /^(\d+)(?:[.,](\d{1,2}))?$/.exec(typed.replace(/[\s\u00a0\u202f€]/g, ""));
  return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : null;
};

const say = (place, text) => { if (place && place.textContent !== text) place.textContent = text; };

// The live total of a basket: siblings by their rank at the same tariff, as the server prices them.
const basket = document.querySelector("form[data-basket]");
const price = () => {
  const tariffs = JSON.parse(basket.dataset.basket);
  const ranks = {};
  let total = 0;
  for (const child of basket.querySelectorAll("[data-child]")) {
    const chosen = child.querySelector("input[type=radio]:checked")?.value;
    for (const option of child.querySelectorAll("input[type=radio]")) {
      const { tiers, free } = tariffs[option.value];
      if (!free) say(option.parentElement.querySelector(".number"), euros(tiers[Math.min(ranks[option.value] ?? 0, tiers.length - 1)]));
    }
    const tariff = tariffs[chosen];
    let amount = null;
    if (tariff) {
      const rank = Math.min(ranks[chosen] ?? 0, tariff.tiers.length - 1);
      ranks[chosen] = (ranks[chosen] ?? 0) + 1;
      const typed = tariff.free ? cents(child.querySelector("[name^=amount-]").value) : null;
      amount = tariff.free ? (typed !== null && typed >= tariff.tiers[0] ? typed : null) : tariff.tiers[rank];
    }
    say(child.querySelector("[data-price]"), amount === null ? "–" : euros(amount));
    total += amount ?? 0;
  }
  say(basket.querySelector("[data-total]"), euros(total));
};
if (basket) {
  basket.addEventListener("input", price);
  addEventListener("pageshow", price);
}

// The label of the button says what is debited: it follows the tip and the number of payments.
const bill = document.querySelector("form[data-bill]");
const recount = () => {
  const { total, parts } = JSON.parse(bill.dataset.bill);
  const chosen = bill.querySelector("[name=tip]:checked");
  const typed = cents(bill.querySelector("[name=tip_amount]").value || "0");
  const tip = chosen?.dataset.cents === undefined ? typed ?? 0 : Number(chosen.dataset.cents);
  const split = bill.querySelector("[name=instalments][value=yes]")?.checked ?? false;
  const now = (split ? Math.ceil(total / parts) : total) + tip;
  say(bill.querySelector("[data-tip]"), euros(tip));
  say(bill.querySelector("[data-grand]"), euros(total + tip));
  for (const place of bill.querySelectorAll("[data-now]")) say(place, euros(now));
  for (const place of bill.querySelectorAll("[data-today]")) place.hidden = !split;
  if (bill.querySelector("[data-shown]").value !== String(now)) say(bill.querySelector("[data-said]"), `À payer : ${euros(now)}`);
  bill.querySelector("[data-shown]").value = now;
};
if (bill) {
  bill.addEventListener("input", recount);
  addEventListener("pageshow", recount);
}

document.getElementById("errors")?.focus();

// A form is sent once: a second press of the button waits for the answer of the first.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent; });

// Copying and sharing, where the browser can.
for (const list of document.querySelectorAll("[data-share]")) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.textContent = list.dataset.shareLabel ?? "Copier le lien";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(list.dataset.share);
    button.textContent = "Copié";
  });
  item.append(button);
  if (navigator.clipboard) list.append(item);
}
