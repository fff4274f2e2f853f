/** The page that logs in: it posts the code of its link by itself, or asks for the key. */

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
main { width: min(26rem, calc(100vw - 2rem)); }
h1 { font-size: 1.3rem; margin: 0 0 .75rem; }
label { display: block; font-weight: 600; margin-bottom: .25rem; }
input, button { font: inherit; padding: .5rem .75rem; border: 1px solid; border-radius: .4rem; width: 100%; box-sizing: border-box; }
button { margin-top: .75rem; font-weight: 600; cursor: pointer; }
:focus-visible { outline: 3px solid #4c8bf5; outline-offset: 2px; }
#message { min-height: 1.5em; }
small { opacity: .8; }
`;

const SCRIPT = `
const message = document.querySelector('#message');
const form = document.querySelector('form');
async function login(body) {
  message.textContent = 'Logging in …';
  const answer = await fetch('/api/v2/session', {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
  });
  if (answer.ok) return location.replace('/ui');
  const problem = await answer.json().catch(() => ({}));
  message.textContent = (problem.detail ?? 'Login failed') + '.';
  form.hidden = false;
}
const code = new URLSearchParams(location.hash.slice(1)).get('code');
history.replaceState(null, '', location.pathname);
if (code) { form.hidden = true; login({ code }); }
form.addEventListener('submit', (event) => {
  event.preventDefault();
  login({ key: form.elements.key.value.trim() });
});
`;

export function loginPage(nonce: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Log in · Trafficinator</title>
<style nonce="${nonce}">${STYLE}</style>
<main>
<h1>Trafficinator</h1>
<p id="message" role="status"></p>
<form>
<label for="key">Key</label>
<input id="key" name="key" type="password" autocomplete="current-password" required>
<button>Log in</button>
<p><small><code>trafficinator serve</code> prints the path of the key file when it starts.</small></p>
</form>
</main>
<script nonce="${nonce}">${SCRIPT}</script>
</html>
`;
}
