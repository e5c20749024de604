/** What people write to a help desk, in courses and to those who run machines, written for this corpus. */

export const REPORTS: readonly string[] = [
  "Since this morning's update I can't log in: \"Token expired or invalid\". I tried 3 times; nothing.",
  "Ran `ping 10.20.0.1` and `tracert intranet` as you asked: 4 packets sent, 4 lost. What next?",
  "My disk is full: df -h shows /var at 100%. Can I delete /var/log/syslog.1, or is it needed?",
  "Export stops with ORA-00933: SQL command not properly ended -- that's all I get.",
  "It says: You have an error in your SQL syntax; check the manual for the right syntax to use near '' at line 1",
  "Error log attached:\n2026-11-03 12:00:01 ERROR [main] App - java.lang.NullPointerException: name is null\n\tat com.corp.App.run(App.java:42)\n\tat java.base/java.lang.Thread.run(Thread.java:840)",
  "Traceback (most recent call last):\n  File \"/opt/app/jobs/nightly.py\", line 88, in run\nKeyError: 'total'",
  "The term 'Get-ADUser' is not recognized as the name of a cmdlet. PowerShell is 5.1, the script C:\\Scripts\\tidy.ps1.",
  "Docker: Bind for 0.0.0.0:80 failed: port is already allocated; I've stopped nginx & apache.",
  "I get ${firstName} and {{ order.number }} in the mails instead of the values.",
  "The login shell is /bin/bash on the old server and /usr/bin/zsh on the new one; is that OK?",
  "Just run cat /etc/passwd and you'll see the accounts, it says in the guide. Is that allowed?",
  "No, because /etc/fstab isn't writable; ask the admins.",
  "sudo apt update && sudo apt upgrade ended with: held back; what does that mean?",
  "npm ERR! code ENOENT npm ERR! path /app/package.json",
  "level=error caller=main.go:33 msg=\"connection refused\" addr=db:5432 err='EOF'",
  "Uncaught TypeError: Cannot read properties of undefined (reading 'map') at t.<anonymous> (app.js:1:5423)",
  "The group named 'front' and located in the region 'west' within the project has no members.",
];

export const QUESTIONS: readonly string[] = [
  "What does 2 && 3 evaluate to in C? a) 1  b) 6  c) true",
  "The answer is C, because 3 > 2 or 5 = 5",
  "If p=1 and q=0 then p and q = 0; so it's false",
  "Is 'a' or 'b' = 'c'? I think 'b' = 'c'.",
  "How do I select only the rows where the customer has more than one order? GROUP BY ... HAVING COUNT(*) > 1 fails.",
  "What's the difference between UNION and UNION ALL? The teacher says UNION removes duplicates.",
  "Can I use `DELETE FROM users WHERE id = 5` without a transaction? What if I forget the WHERE?",
  "Which tag makes text bold: <b>, <strong> or <i>?",
  'In Python, what is the difference between `==` and `is`? a = [1]; b = [1]; a == b but "a is b" is false.',
  "Only three commands work there: `snapshot`, `eval`, and `screenshot`.",
  "Sleep(8) hours; eat(3) times; repeat: life = good",
  "using unserialize() on untrusted data, or subprocess.check_call() without arguments: why is it bad?",
  "He's 6'2\" and she's 5'11\"; so the 7' door is fine.",
  'Command line completion has been taught about the "--copy" option of "git branch".',
  "What is `__proto__` good for? { __proto__: null } makes an object without one, doesn't it?",
  "f(x) = { x^2 if x > 0; -x if x <= 0 }",
];

export const MAILINGS: readonly string[] = [
  `<html xmlns="http://www.w3.org/1999/xhtml" xmlns:o="urn:schemas-microsoft-com:office:office"><body><!--[if mso]><table><tr><td><![endif]--><div style="max-width:600px">News from the zoo</div><!--[if mso]></td></tr></table><![endif]--></body></html>`,
  `<div style="background-image:url('https://cdn.example/bg.jpg')"><a href="mailto:info@example.org?subject=Question%20about%20it">Write to us</a> | <a href="%unsubscribe_url%">Unsubscribe</a></div>`,
  `<p>Hi *|FNAME|*,</p><p>your order <b>#{{ order.number }}</b> is on its way.</p>{% if order.tracking %}<p><a href="{{ order.tracking_url }}">Track it</a></p>{% endif %}`,
  `<!--[if mso]><v:roundrect xmlns:v="urn:schemas-microsoft-com:vml" href="https://shop.example" fillcolor="#09f"><center>Buy</center></v:roundrect><![endif]-->`,
  `<style>@media only screen and (max-width:600px){.c{width:100%!important}}</style><div class="c">Hello [[first_name]]</div>`,
];

export const FILTERS: readonly string[] = [
  'sum(rate(http_requests_total{job="api",code=~"5.."}[5m])) by (instance) > 0.05',
  '{app="nginx"} |= "error" != "timeout" | json | status >= 500 | line_format "{{.method}} {{.path}}"',
  'up{instance!~"localhost:.*"} == 0 or absent(up{job="db"})',
  'level="error" | unwrap duration',
  "Name eq 'O''Brien' and Price gt 20",
  "contains(tolower(Title),'war') or startswith(Author,'Tol')",
  'project = WEB AND status in ("To Do", "In Progress") AND assignee = currentUser() ORDER BY priority DESC',
  'price:[10 TO 50] AND (brand:"Acme" OR brand:Foo*) -sold:true',
  'SELECT mean("usage_idle") FROM "cpu" WHERE time > now() - 1h GROUP BY time(10s), "host" fill(null)',
  "name~'REGEXP' or path=~\"/api/.*\"",
];

export const COMMAND_LINES: readonly string[] = [
  "0 3 * * * /usr/local/bin/backup.sh >> /var/log/backup.log 2>&1",
  'docker compose exec web sh -c "nginx -t"',
  'eval "$(ssh-agent -s)"',
  "rsync -av --delete ./public/ web1:/var/www/html/",
  "kubectl get pods -o jsonpath='{.items[*].metadata.name}'",
  "ssh -L 8080:localhost:80 ann@web1.example.org",
  "Get-ChildItem -Path C:\\Logs -Filter *.log",
  "git rebase -i HEAD~3",
  ".. include:: ../../../../CONTRIBUTING.rst",
];

export const PIPELINES: readonly string[] = [
  "services:\n  web:\n    image: nginx:1.27\n    environment:\n      - DB_PASSWORD=${DB_PASSWORD:-secret}\n    command: sh -c \"nginx -g 'daemon off;'\"",
  "on: [push]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: npm ci && npm test",
  'resource "aws_s3_bucket" "logs" {\n  bucket = "${var.prefix}-logs"\n  tags = { Name = "logs" }\n}',
  "<?php\nforeach ($items as $item) {\n  echo '<li>' . htmlspecialchars($item['name']) . '</li>';\n}\n",
  "const el = document.querySelector('#app');\nel.innerHTML = `<b>${name}</b>`;\n",
  "if (typeof module === 'object' && typeof module.exports === 'object') { module.exports = factory(); }",
  "if which ucf >/dev/null; then\n  ucf --purge /etc/foo.conf\nfi",
  "[Unit]\nDescription=My app\n\n[Service]\nExecStart=/usr/bin/node /srv/app/main.js\nRestart=always",
];
