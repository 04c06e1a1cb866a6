// SPDX-License-Identifier: GPL-3.0-or-later
// Sending the hub one command. Each press has its own key, so that sending it again after a lost
// answer can't do it twice; after five seconds it is given up, and never sent later. It also says
// until when it is wanted, so that a hub that was stalled refuses it rather than call someone late.

const GIVE_UP_MS = 5_000;
const PAUSE_MS = 300;

// `crypto.randomUUID` is only there on https and localhost; random bytes are there everywhere.
function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
}

function pause(ms) {
  return new Promise((go) => setTimeout(go, ms));
}

async function post(path, headers, withinMs) {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), withinMs);
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers,
      signal: giveUp.signal,
    });
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : null };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Sends a command without members, pressed at `nowMs` of the hub's time. The outcome is `{done: true, body}`, with a body of null for
 * 204; `{done: false, code}` with the code of the hub's refusal; or `{done: false, code: null}`
 * when no answer came, so that nobody knows whether it was done.
 */
export async function send(path, nowMs) {
  const headers = {
    "Idempotency-Key": newKey(),
    "Torn-Expires": new Date(nowMs + GIVE_UP_MS).toISOString(),
    Accept: "application/json",
  };
  const endsAt = performance.now() + GIVE_UP_MS;
  let code = null;
  for (let left = GIVE_UP_MS; left > PAUSE_MS; left = endsAt - performance.now()) {
    try {
      const { status, body } = await post(path, headers, left);
      if (status < 300) return { done: true, body };
      code = body?.code ?? `http-${status}`;
      if (status !== 503) return { done: false, code };
    } catch {
      code = null;
    }
    await pause(Math.min(PAUSE_MS, Math.max(0, endsAt - performance.now())));
  }
  return { done: false, code };
}
