// Passkeys: shows the buttons that need them, and hands what the device signed to the service. Without it pages work by e-mail.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

const post = async (address, body) => {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.detail);
  return told;
};

const sign = async (options) => {
  const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials) };
  const { id, type, authenticatorAttachment, response } = await navigator.credentials.get({ publicKey });
  const handle = response.userHandle ? text(response.userHandle) : undefined;
  const signed = { clientDataJSON: text(response.clientDataJSON), authenticatorData: text(response.authenticatorData), signature: text(response.signature), userHandle: handle };
  return { id, rawId: id, type, authenticatorAttachment, response: signed };
};

const make = async (options) => {
  const user = { ...options.user, id: bytes(options.user.id) };
  const publicKey = { ...options, user, challenge: bytes(options.challenge), excludeCredentials: known(options.excludeCredentials) };
  const { id, type, authenticatorAttachment, response } = await navigator.credentials.create({ publicKey });
  const made = { clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject) };
  return { id, rawId: id, type, authenticatorAttachment, response: made };
};

// Sends a form that waited for the passkey; where a file is the answer, this page stays and says so.
const send = (waiting) => {
  for (const one of document.querySelectorAll("[data-sent]")) one.hidden = one.dataset.sent !== "after";
  waiting.submit();
};

const STOPPED = "Votre appareil n’a pas confirmé. Recommencez, ou demandez un lien par e-mail.";
for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  const alert = form.querySelector("[role=alert]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    alert.hidden = true;
    try {
      const options = await post(form.dataset.options, {});
      const answer = await (form.dataset.passkey === "create" ? make : sign)(options);
      const { to } = await post(form.dataset.answer, answer);
      const waiting = document.getElementById(form.dataset.sends ?? "");
      if (!waiting) location.assign(to);
      else send(waiting);
    } catch (error) {
      alert.textContent = error instanceof DOMException || !error.message ? STOPPED : error.message;
      alert.hidden = false;
    }
  });
}
