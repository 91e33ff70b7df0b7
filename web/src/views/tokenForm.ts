// Asks for the service's token, where it refused a change for want of one.
import { h } from "../dom";

export function tokenForm(carry: (token: string) => void, retry: () => unknown): HTMLFormElement {
  const token = h("input", { type: "password", name: "token", placeholder: "SUMMIT_TOKEN", "aria-label": "Token", autocomplete: "current-password" });
  const form = h("form", { class: "actions" }, token, h("button", { class: "button small", type: "submit" }, "Retry"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    carry(token.value);
    retry();
  });
  return form;
}
