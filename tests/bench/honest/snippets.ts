/** Programs, configuration and markup as people paste them into editors, written for this corpus. */
export const SNIPPETS: Readonly<Record<string, string>> = {
  sql: `-- customers without an order this year
SELECT c.id, c.name, COUNT(o.id) AS orders
FROM customers c
LEFT JOIN orders o ON o.customer_id = c.id AND o.placed_at >= '2026-01-01'
WHERE c.name <> '' OR c.email IS NOT NULL
GROUP BY c.id, c.name
HAVING COUNT(o.id) = 0
UNION ALL
SELECT 0, 'total', COUNT(*) FROM customers
ORDER BY 2;
DROP TABLE IF EXISTS tmp_report;`,
  javascript: `document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("#search");
  form.onsubmit = (event) => {
    event.preventDefault();
    fetch(\`/api/search?q=\${encodeURIComponent(form.q.value)}\`)
      .then((answer) => answer.json())
      .then((rows) => { list.innerHTML = rows.map((row) => \`<li>\${row.name}</li>\`).join(""); });
  };
  if (!document.cookie.includes("consent=1")) window.location.href = "/consent";
});`,
  html: `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <link rel="stylesheet" href="/assets/app.css">
  <script src="https://cdn.example.net/lib/3.2/lib.min.js" defer></script>
</head>
<body onload="start()">
  <a href="#" onclick="toggle('menu'); return false;">Menu</a>
  <iframe src="https://maps.example.net/embed?q=berlin" width="600"></iframe>
  <script>window.config = { api: "/api/v2", debug: false };</script>
</body>
</html>`,
  shell: `#!/bin/sh
set -eu
backup=/var/backups/shop-$(date +%F).tar.gz
tar czf "$backup" /etc/nginx /srv/shop | tee -a /var/log/backup.log
find /var/backups -name '*.tar.gz' -mtime +14 -exec rm {} \\;
if ping -c 1 backup.example.net > /dev/null 2>&1; then
  scp "$backup" backup@backup.example.net:/data && echo "done: $(hostname)"
else
  curl -fsS -X POST -d "text=backup failed" https://chat.example.net/hook; exit 1
fi`,
  php: `<?php
declare(strict_types=1);
require __DIR__ . '/../vendor/autoload.php';

$page = (int) ($_GET['page'] ?? 1);
$statement = $database->prepare('SELECT id, title FROM posts WHERE published = 1 LIMIT ? OFFSET ?');
$statement->execute([20, ($page - 1) * 20]);
foreach ($statement as $row) {
    printf('<li><a href="/post/%d">%s</a></li>', $row['id'], htmlspecialchars($row['title']));
}
echo base64_encode(random_bytes(16)), PHP_EOL;`,
  python: `import os
import subprocess
from pathlib import Path

def sizes(folder: str) -> dict[str, int]:
    """Bytes of every file below folder."""
    return {str(p): p.stat().st_size for p in Path(folder).rglob("*") if p.is_file()}

if __name__ == "__main__":
    print(sizes(os.environ.get("HOME", "/root")))
    subprocess.run(["git", "log", "--oneline", "-n", "5"], check=True)
    print([c.__name__ for c in Exception.__subclasses__()][:3])`,
  yaml: `services:
  web:
    image: registry.example.net/shop:1.27
    command: ["/bin/sh", "-c", "envsubst < /tmpl > /etc/nginx/nginx.conf && exec nginx -g 'daemon off;'"]
    environment:
      DATABASE_URL: postgres://shop:\${DB_PASSWORD}@db:5432/shop
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock:ro
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:8080/health"]`,
  nginx: `server {
  listen 443 ssl; server_name shop.example.net;
  location ~ \\.php$ { include fastcgi_params; fastcgi_pass unix:/run/php/php-fpm.sock; }
  location ~ /\\.(git|env|ht) { deny all; }
  rewrite ^/old/(.*)$ /new/$1?from=old permanent;
  add_header Content-Security-Policy "default-src 'self'; script-src 'self'" always;
}`,
  jinja: `{% extends "base.html" %}
{% block content %}
<h1>{{ page.title | upper }}</h1>
{% for item in items if item.price > 0 %}
  <p class="{{ loop.cycle('odd', 'even') }}">{{ item.name }}: {{ "%.2f" | format(item.price) }}</p>
{% else %}
  <p>Nothing here, {{ request.user.name or "guest" }}.</p>
{% endfor %}
{% endblock %}`,
  java: `package net.example.shop;

import java.util.List;

public final class OrderService {
  private final OrderRepository repository;

  public OrderService(OrderRepository repository) { this.repository = repository; }

  public List<Order> open(String customer) throws java.io.IOException {
    if (customer == null || customer.isBlank()) throw new IllegalArgumentException("customer");
    return repository.find("status = 'open' and customer = ?", customer);
  }
}`,
  css: `:root { --accent: #0a7; }
@import url("https://fonts.example.net/css?family=Inter:wght@400;700");
.card > p:first-child::before { content: "\\201C"; color: var(--accent); }
a[href^="http"]::after { content: " \\2197"; }
@media (max-width: 600px) { .sidebar { display: none !important; } }
.hero { background: url(data:image/gif;base64,R0lGODlhAQABAAAAACw=); }`,
  diff: `--- a/src/login.php
+++ b/src/login.php
@@ -8,5 +8,6 @@
-$query = "SELECT * FROM users WHERE name='" . $_POST['name'] . "' AND password='" . md5($_POST['pass']) . "'";
+$query = $database->prepare('SELECT id, hash FROM users WHERE name = ?');
+$query->execute([$_POST['name']]);
 if (!$query) { die('error'); }`,
  powershell: `Get-ChildItem -Path C:\\inetpub\\logs -Recurse |
  Where-Object { $_.LastWriteTime -lt (Get-Date).AddDays(-30) } |
  Remove-Item -Force
Invoke-WebRequest -Uri "https://example.net/setup.zip" -OutFile "$env:TEMP\\setup.zip"
Start-Process -FilePath "$env:TEMP\\setup.exe" -Wait`,
  composeShort: `services:
  search:
    image: meilisearch:1.6
    ports: ['7700:7700']
    environment:
      - MASTER_KEY=\${MASTER_KEY:-change-me}
    command: sh -c "chown -R search /data && exec meilisearch --db-path /data"`,
  phpShort: `<?php
$rows = $database->query('SELECT id, title FROM books WHERE shelf = ' . (int) $_GET['shelf']);
foreach ($rows as $row) { echo '<li>', htmlspecialchars($row['title']), '</li>'; }`,
  agent: `eval "$(ssh-agent -s)" && ssh-add ~/.ssh/id_backup
for host in attic cellar; do ssh "$host" 'df -h /srv | tail -1'; done
source ~/.profile; if [ -f /etc/alpine-release ]; then apk update; fi`,
  csharp: `using System.Diagnostics;
var info = new ProcessStartInfo("git", "status --short") { RedirectStandardOutput = true };
using var git = System.Diagnostics.Process.Start(info);
foreach (var line in git.StandardOutput.ReadToEnd().Split('\\n')) Console.WriteLine($"{line.Length}: {line}");`,
  request: `curl -X PUT https://api.example.net/v2/shelves/7 \\
  -H 'Content-Type: application/json' \\
  -H "Authorization: Bearer $TOKEN" \\
  -d '{"name": "Novels", "books": [1, 2]}' | jq '.id'`,
  svg: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><style>.leaf{fill:none}</style>
  <g class="leaf"><path d="M2 9h9"/><animate attributeName="opacity" from="0" to="1" dur="2s"/></g>
  <a href="#top"><text>up</text></a><use href="#stem"/>
</svg>`,
};
