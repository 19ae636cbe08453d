// The page at `/` until the console takes its place: what is running, how many tasks there are, what
// fired lately, and where to go next. It knows nothing but the REST API, like any other client.

export const landingHtml = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Carillon</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/landing.css">
</head>
<body>
<header>
  <h1>Carillon</h1>
  <p id="state" role="status"></p>
  <button id="language" type="button"></button>
</header>
<main>
  <section><h2 data-text="groups"></h2><table id="groups"></table></section>
  <section><h2 data-text="runs"></h2><table id="runs"></table></section>
  <section>
    <h2 data-text="next"></h2>
    <p data-text="hint"></p>
    <ul>
      <li><a href="/api/v1/tasks"><code>GET /api/v1/tasks</code></a></li>
      <li><a href="/api/v1/runs"><code>GET /api/v1/runs</code></a></li>
      <li><a href="/api/v1/activity"><code>GET /api/v1/activity</code></a></li>
      <li><a href="/health/ready"><code>GET /health/ready</code></a></li>
    </ul>
  </section>
</main>
<script src="/landing.js"></script>
</body>
</html>
`

export const landingCss = `:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
header { display: flex; gap: 1rem; align-items: baseline; flex-wrap: wrap; }
header p { flex: 1; margin: 0; }
h1 { margin: 0; font-size: 1.5rem; }
h2 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884; }
td.number, #groups th:not(:first-child) { text-align: right; }
`
