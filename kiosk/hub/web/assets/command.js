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

async function post(path, headers, body, withinMs) {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), withinMs);
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers,
      body,
      signal: giveUp.signal,
    });
    const text = await answer.text();
    return { status: answer.status, answered: text ? JSON.parse(text) : null };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Sends a command with its members, or null where it has none, pressed at `nowMs` of the hub's time. The
 * outcome is `{done: true, body}`, with a body of null for 204; `{done: false, code, detail}` with the code
 * of the hub's refusal and its sentence; or `{done: false, code: null}` when no answer came, so that nobody
 * knows whether it was done.
 */
export async function send(path, nowMs, members = null) {
  const sent = members === null ? undefined : JSON.stringify(members);
  const headers = {
    "Idempotency-Key": newKey(),
    "Torn-Expires": new Date(nowMs + GIVE_UP_MS).toISOString(),
    Accept: "application/json",
    ...(sent === undefined ? {} : { "Content-Type": "application/json" }),
  };
  const endsAt = performance.now() + GIVE_UP_MS;
  let code = null;
  let detail = null;
  for (let left = GIVE_UP_MS; left > PAUSE_MS; left = endsAt - performance.now()) {
    try {
      const { status, answered } = await post(path, headers, sent, left);
      if (status < 300) return { done: true, body: answered };
      code = answered?.code ?? `http-${status}`;
      detail = answered?.detail ?? null;
      if (status !== 503) return { done: false, code, detail };
    } catch {
      code = null;
    }
    await pause(Math.min(PAUSE_MS, Math.max(0, endsAt - performance.now())));
  }
  return { done: false, code, detail };
}
