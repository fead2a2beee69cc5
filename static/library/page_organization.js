// Links, searches and calls of a page stay in the organization that the page shows, whatever another tab has chosen since.
// Forms that write carry it in a hidden field that the server draws.

(() => {
  const FIELD = "_organization";
  const CHOSEN = "library-organization"; // of the page that was opened last without a name: what the session has chosen
  let page;

  // Addresses stay short for as long as they lead to the same organization anyway.
  const isAstray = () => page?.organization && localStorage.getItem(CHOSEN) !== page.organization;
  const isOurs = ({ origin, pathname }) => origin === location.origin && pathname.startsWith(page.root);

  function follow({ target }) {
    const link = target.closest?.("a[href]");
    if (!link || !isAstray() || link.getAttribute("href").startsWith("#")) return;
    const address = new URL(link.href);
    if (!isOurs(address) || address.searchParams.has(FIELD)) return;
    address.searchParams.set(FIELD, page.organization);
    link.href = address;
  }

  function search({ target: form }) {
    if (form.method !== "get" || form.elements[FIELD] || !isAstray() || !isOurs(new URL(form.action))) return;
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: FIELD, value: page.organization });
    form.append(field);
  }

  for (const event of ["click", "auxclick", "contextmenu"]) document.addEventListener(event, follow, true);
  document.addEventListener("submit", search, true);
  document.addEventListener("DOMContentLoaded", () => {
    page = document.getElementById("page")?.dataset;
    if (!page?.organization) return;
    if (!("isNamed" in page)) localStorage.setItem(CHOSEN, page.organization);
    // Django's own calls: the choices of autocomplete fields.
    const jQuery = window.django?.jQuery;
    jQuery?.(document).on("ajaxSend", (event, request, { crossDomain }) => {
      if (crossDomain) return;
      request.setRequestHeader("X-Organization", page.organization);
      request.setRequestHeader("X-Person", page.person);
    });
  });
})();
