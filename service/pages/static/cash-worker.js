// Keeps the counting page of a class, its scripts and its style, so that it opens again without network. Nothing else.
const CACHE = "coopledger-count";
const wanted = (url) => url.origin === location.origin && (url.pathname.endsWith("/compter") || url.pathname.startsWith("/static/"));

// What is kept of a page does not say who looked at it.
async function nameless(url, answer) {
  if (!url.pathname.endsWith("/compter")) return answer;
  const page = (await answer.text()).replace(/(<a [^>]*data-person[^>]*>)[^<]*/g, "$1Votre accès");
  const headers = new Headers(answer.headers);
  headers.delete("content-encoding");
  headers.delete("content-length");
  return new Response(page, { status: answer.status, headers });
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || !wanted(url)) return;
  event.respondWith((async () => {
    const cache = await caches.open(CACHE);
    try {
      const answer = await fetch(event.request);
      if (answer.ok && !answer.redirected) await cache.put(event.request, await nameless(url, answer.clone()));
      return answer;
    } catch (error) {
      const kept = await cache.match(event.request);
      if (kept) return kept;
      throw error;
    }
  })());
});
