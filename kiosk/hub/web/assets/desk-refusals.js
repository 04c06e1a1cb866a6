// SPDX-License-Identifier: GPL-3.0-or-later
// Why the hub did not do what was asked, in Catalan, and what to do. It knows codes, not rules: a code
// that is not here is said as it is.

import { dayOf, inLanguage, whenItIs } from "/assets/dates.js";

const WITHOUT_MORE = {
  "too-soon": "Ja heu cridat. Espereu 2 segons.",
  expired: "Ha arribat massa tard al servidor de torns i no s’ha fet. Torneu a prémer.",
  "desk-idle": "No hi ha ningú a la taula. Crideu algú primer.",
  "nothing-to-recall": "No hi ha ningú per tornar a cridar. Premeu Següent.",
  "unknown-desk": "Aquesta taula ja no existeix. Canvieu de taula.",
  "unknown-service": "Aquest servei ja no existeix. Trieu-ne un altre.",
  "unknown-ticket": "Aquest torn no és d’avui. Doneu-li un torn nou.",
  "unknown-appointment": "No trobem aquest codi. Mireu-lo bé; si no és aquest, doneu-li un torn sense cita.",
  "appointment-cancelled": "Aquesta cita està anul·lada. Doneu-li un torn sense cita.",
  "ticket-not-waiting": "Aquest torn ja no espera. Mireu la llista.",
  "ticket-not-parked": "Aquest torn ja no està aparcat: una altra taula l’ha reprès.",
  "ticket-not-no-show": "Aquest torn ja no consta com a no presentat. Mireu la llista.",
  "restore-expired": "Fa més de 15 minuts que no es va presentar. Doneu-li un torn nou.",
  "restore-used": "Aquest torn ja s’ha recuperat una vegada. Doneu-li un torn nou.",
  forbidden: "Qui heu entrat no ho pot fer. Sortiu i entreu amb un altre identificador.",
  malformed: "El servidor de torns no ho entén. Mireu què heu escrit i torneu-ho a provar.",
  "too-many": "Massa peticions seguides. Espereu un moment i torneu-ho a provar.",
  busy: "El servidor de torns va molt ple. Torneu-ho a provar.",
  "store-failed": "El servidor de torns no pot desar res i es reinicia. Espereu un moment i torneu-ho a provar.",
};

const STILL_SERVING = {
  close: "Encara ateneu algú. Finalitzeu-lo abans de tancar la taula.",
  pause: "Encara ateneu algú. Finalitzeu-lo abans de fer una pausa.",
};

// The hub's sentence names the number, the day or the place; one that does not is said without.
const found = (detail, pattern) => pattern.exec(detail ?? "")?.[1] ?? null;

function opensAgain(hub) {
  const at = hub.queue.next_open_at;
  return at ? ` Torna a obrir ${whenItIs(hub.clock.now(), at, "ca", hub.office.time_zone)}.` : "";
}

function nameOf(id, { office }) {
  const service = office.services.find((one) => one.id === id);
  return service ? inLanguage(service.name, "ca", office.languages) : null;
}

const WITH_MORE = {
  "desk-serving": ({ action }) => STILL_SERVING[action] ?? "Encara ateneu algú. Finalitzeu-lo o aparqueu-lo abans.",
  "office-closed": ({ hub }) => `L’oficina és tancada i no dona torns.${opensAgain(hub)} Qui ja té número, el podeu atendre.`,
  "service-full": ({ hub }) => `Aquest servei avui ja no dona torns: qui espera omple el temps que queda.${opensAgain(hub)}`,
  "service-closed": ({ hub, service }) => {
    const place = hub.office.services.find((one) => one.id === service)?.place;
    if (place && place !== hub.office.id) return `Aquest servei no es fa aquí: expliqueu com anar a «${place}».`;
    return "Aquest servei ara no dona torns. Trieu-ne un altre o pregunteu a qui porta l’oficina.";
  },
  "appointment-required": ({ hub, service }) => {
    const instead = nameOf(hub.office.services.find((one) => one.id === service)?.fallback, hub);
    return `Aquest servei és només amb cita. Expliqueu com demanar-la${instead ? ` o doneu un torn de «${instead}»` : ""}.`;
  },
  "already-checked-in": ({ detail }) => {
    const number = found(detail, /\b([A-Z]\d{3,4})\b/);
    return number ? `Aquesta cita ja té número: ${number}. Digueu-li que esperi que el cridem.` : "Aquesta cita ja té número. Busqueu-lo a la llista.";
  },
  "appointment-other-day": ({ detail, hub }) => {
    const day = found(detail, /\b(\d{4}-\d{2}-\d{2})\b/);
    const when = day ? `: ${dayOf(`${day}T12:00:00Z`, "ca", hub.office.time_zone)}` : "";
    return `Aquesta cita és per a un altre dia${when}. Si no pot tornar, doneu-li un torn sense cita.`;
  },
  "appointment-other-place": ({ detail }) => {
    const place = found(detail, / is at (.+); go there/);
    return `Aquesta cita és en un altre lloc${place ? `: ${place}` : ""}. Expliqueu com anar-hi.`;
  },
};

/**
 * Why the hub did not do it, and what to do. `about` is the action, the service it was about if any,
 * the hub's own sentence and the hub as the page knows it. A code of null: no answer came.
 */
export function refused(code, about) {
  if (code === null) return "Sense resposta: no sabem si s’ha fet. Mireu el número abans de tornar a prémer.";
  return WITHOUT_MORE[code] ?? WITH_MORE[code]?.(about) ?? `El servidor de torns no ho ha acceptat (${code}). Torneu-ho a provar i, si continua, aviseu qui el manté.`;
}
