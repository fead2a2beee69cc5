// The large view of a file: picture, film, sound, first page, or a sign of what it is.

import { api, page } from "./api.js";
import { h, humanSize, icon } from "./dom.js";

const SYMBOLS = { AUDIO: "music_note", VIDEO: "movie", DOCUMENT: "description" };

/** Returns the element that shows `file`. */
export function stageOf(file) {
  if (file.type === "VIDEO") return player("video", file);
  if (file.type === "AUDIO") return h("div", { class: "stage-sound" }, waveform(file), player("audio", file));
  if (file.mime.startsWith("image/")) return picture(file);
  if (file.thumb) return firstPage(file);
  return h("div", { class: "stage-sign" }, icon(SYMBOLS[file.type] ?? "draft"), h("p", {}, file.mime));
}

const TEXTS = /^(text\/|application\/(json|x-subrip)$)/;
const SHOWN = 64 * 1024; // bytes of a text

/** Show the beginning of a text in the encoding that the server found, in place of its sign; other files stay as they are. */
export async function showText(stage, { mime_type: mime, url, size, metadata, original_filename: name }, { signal }) {
  if (!TEXTS.test(mime) || !size) return;
  try {
    // Without headers of ours, so that a redirect to a store needs no further permission.
    const answer = await fetch(url, { credentials: "same-origin", headers: { Range: `bytes=0-${SHOWN - 1}` }, signal });
    if (!answer.ok) return;
    const decoder = new TextDecoder(metadata.encoding || "utf-8");
    const text = decoder.decode((await answer.arrayBuffer()).slice(0, SHOWN), { stream: size > SHOWN });
    const rest = size > SHOWN && h("p", { class: "quiet" }, `The first ${humanSize(SHOWN)} of ${humanSize(size)}.`);
    if (!signal.aborted) stage.replaceChildren(h("div", { class: "stage-text" }, h("pre", { tabindex: "0", "aria-label": name }, text), rest));
  } catch {
    // The sign of the file stays: a store may not let scripts read, and a page may have been left.
  }
}

function large(file) {
  return file.thumb.replace("/thumb-sm/", "/thumb-lg/");
}

/** Animations play only as they are; everything else is shown in a size that fits a screen. */
function picture(file) {
  const source = file.thumb && file.mime !== "image/gif" ? large(file) : file.url;
  const image = h("img", { src: source, alt: file.alt || file.name });
  image.addEventListener("error", () => {
    if (image.src !== file.url) image.src = file.url;
    else image.replaceWith(h("div", { class: "stage-sign" }, icon("broken_image"), h("p", {}, "The picture cannot be shown.")));
  });
  return image;
}

/** How loud a sound is over its time, once that has been drawn. */
function waveform(file) {
  return file.thumb ? h("img", { src: large(file), alt: "" }) : icon("music_note");
}

function firstPage(file) {
  return h(
    "figure",
    { class: "stage-page" },
    h("img", { src: large(file), alt: `First page of ${file.name}` }),
    h("figcaption", {}, h("a", { class: "button", href: file.url, target: "_blank", rel: "noopener" }, icon("open_in_new"), h("span", {}, "Open the document"))),
  );
}

/** A film or a sound; the bundle plays adaptive streams wherever the browser cannot by itself. */
function player(kind, file) {
  const place = h("div", { class: `stage-${kind}` });
  play(place, kind, file);
  return place;
}

async function play(place, kind, file) {
  const [playback, bundle] = await Promise.all([
    api(`media-items/${file.id}/playback/`, { organization: file.organization }).catch(() => null),
    import(page.dataset.player).catch(() => null),
  ]);
  const poster = kind === "video" && file.thumb ? large(file) : null;
  const plain = () => h(kind, { controls: true, preload: "metadata", src: file.url, poster, "aria-label": file.name });
  const adaptive = () =>
    h("media-player", {
      kind,
      hls: playback?.hls_url,
      file: file.url,
      type: kind === "audio" ? file.mime : null,
      poster,
      label: file.name,
      timeline: playback?.timeline_url,
      captions: JSON.stringify(playback?.captions ?? []),
    });
  place.replaceChildren(bundle ? adaptive() : plain());
}

/** Stop what plays, so that nothing sounds behind a closed dialog: elements that leave the page load no more. */
export function quiet(element) {
  for (const media of element.querySelectorAll("video, audio")) media.pause();
  element.replaceChildren();
}
