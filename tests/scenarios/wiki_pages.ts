export interface WrittenPage {
  readonly title: string;
  readonly text: string;
  /** Words that a search for finds the page. */
  readonly search: string;
}

/** What people put into a wiki at work and at home, with all that looks like something else to a careless filter. */
export const PAGES: readonly WrittenPage[] = [
  {
    title: "Anna's birthday: who's bringing what?",
    search: "grandma's potato salad",
    text: `It's on Saturday, at "Zum Löwen" (the one by the river - not the other one!).

* Tom & Jerry's mum: cake; she said "don't bring another one" ;-)
* O'Brien: drinks, 2 x 0.5 l or so, and 1=1 crate of water for all
* I'll make grandma's potato salad... 50% mayo / 50% yoghurt -- as always

Let's select a present from the list, and drop the rest. Union of both lists? We can't order by Friday.`,
  },
  {
    title: "Größenübersicht für Bücherregale äöüß",
    search: "Bücherregale",
    text: `! Maße – in cm
|!Raum |!Breite |!Höhe |!Preis |
|Küche |80 |202 |49,90 € |
|Flur/Gäste-WC |40 |106 |29,95 € |
|Büro |120 |202 |79,00 € (10% Rabatt!) |

„Größe“ heißt hier: außen gemessen. Füße nicht mitgezählt; Löcher alle 3,2 cm. Für Ærø, Łódź und İzmir: anfragen.`,
  },
  {
    title: "How do I delete duplicates? (SQL)",
    search: "duplicates keep the oldest",
    text: `A colleague asked: how do I delete duplicates from a table and keep the oldest row?

First select the ones you want to keep: group by email and take the min(id). Then delete from customers where the id is
not in that list. I'd start with a select count(*) to see how many there are, and do it in a transaction.

Don't run "drop table" on production, of course; and a join or a union all of two tables is not the same thing.`,
  },
  {
    title: "Python notes",
    search: "read_csv",
    text: `\`\`\`python
import os
import subprocess
from pathlib import Path

def total(path: Path) -> float:
    """Sum of the column 'amount'."""
    with open(path, encoding="utf-8") as f:
        rows = [line.split(";") for line in f if not line.startswith("#")]
    return sum(float(r[2].replace(",", ".")) for r in rows)

if __name__ == "__main__":
    for p in Path("~/data").expanduser().glob("**/*.csv"):
        print(f"{p.name}: {total(p):>10.2f}")
\`\`\`

pandas' read_csv(sep=";", decimal=",") does the same in one line.`,
  },
  {
    title: "A button in HTML & JavaScript",
    search: "addEventListener",
    text: `\`\`\`html
<!doctype html>
<link rel="stylesheet" href="style.css">
<button id="more" class="btn btn-primary" data-count="0">Show more</button>
<ul id="list"></ul>
\`\`\`

\`\`\`js
const list = document.querySelector("#list");
document.querySelector("#more").addEventListener("click", async () => {
  const answer = await fetch("/api/items?page=" + (page += 1));
  for (const { name, price } of await answer.json()) {
    const item = document.createElement("li");
    item.textContent = \`\${name}: \${price ?? "n/a"}\`;
    list.append(item);
  }
});
\`\`\``,
  },
  {
    title: "README.md draft",
    search: "Contributing",
    text:
      `# acme-tools [![build](https://ci.example.org/acme/tools/badge.svg)](https://ci.example.org/acme/tools)

> "Simple things should be simple" – A. Kay

## Install

    $ npm install --save-dev acme-tools
    $ npx acme init && npm test

## Usage

1. Create \`acme.config.json\` in the root (see [docs](../docs/config.md#options))
2. Run \`acme build --out ./dist\`
3. ...
4. Profit!!!

| option | default | meaning |
|---|---|---|
| \`--out\` | \`./dist\` | where files go |
| \`--watch\` | \`false\` | rebuild on change |

## Contributing

PRs welcome, please run \`make lint\` first. **Don't** commit \`node_modules/\`.`,
  },
  {
    title: "👩‍👩‍👧 Ferien 2027 🏖️",
    search: "Campingplatz",
    text: `🚗💨 Abfahrt 6:30 h (wirklich! 😅), Campingplatz „Les Flots“ ⛺ → Platz 17/18
✅ Pässe ✅ Sonnencreme ❌ Katze 🐈‍⬛ → Oma
日本語のメモ：来年は京都へ。 Привет из Крыма! مرحبا 안녕하세요 Ça va? ¿Qué tal? Où est l'été?
Budget ≤ 1.500 €; 3 × 7 Nächte ≈ 21 · √2 ≠ ∞ ½ kg Kirschen …`,
  },
  {
    title: 'Minutes 12/03: "Project X" (v2.0; final)',
    search: "alert the users",
    text: `Present: D'Angelo, Müller-Lüdenscheidt, Nguyễn; excused: O'Hara.

1) Login: users complain about the script that logs them off; we'll alert the users on error and on load of the page.
2) "Exec summary" -> Peter; the system (cmd line) is out of scope.
3) Search: <100 ms or else; a < b and b > c, i.e. x<y>z. Who owns src=..., href=...?
4) AND/OR: Either we ship on 1 May or we don't -- or 1=1 is the new normal ;)

Decision: insert the new table into chapter 3, update the set of figures where needed. Having said that: next meeting 10/04.`,
  },
  {
    title: "Rezept: Crème brûlée",
    search: "Vanilleschote",
    text: `500 ml Sahne, 6 Eigelb, 80 g Zucker, 1 Vanilleschote (oder ½ TL Paste).
Ofen: 150 °C Ober-/Unterhitze, 40 min; dann >= 4 h kühlen. Nicht "select all & freeze" – das geht schief!
Quelle: https://rezepte.example.com/suche?q=cr%C3%A8me+br%C3%BBl%C3%A9e&sort=rating&page=2#kommentare`,
  },
  {
    title: "C++ & XML snippets",
    search: "pom.xml",
    text: `#include <vector>
#include <iostream>
int main(int argc, char** argv) {
  std::vector<int> v{1, 2, 3};
  for (auto& x : v) std::cout << x << '\\n';
  return argc > 1 ? system_error_code : 0;
}

From our pom.xml:
<dependency>
  <groupId>org.example</groupId>
  <artifactId>tool</artifactId>
  <version>1.2.3</version>
</dependency>`,
  },
];

/** What a WAF cannot tell from an attack by its looks: commands and statements to be run as they stand. */
export const COMMANDS: readonly WrittenPage[] = [
  {
    title: "Server notes / backups",
    search: "rsync",
    text: `Every night at 02:15 the cron job in ''crontab -e'' runs:

\`\`\`
15 2 * * * rsync -a --delete /home/ backup@nas.example.org:/volume1/home/ >> /var/log/backup.log
\`\`\`

* logs are in /var/log, the config is in /etc/rsyncd.conf on the NAS
* if the disk is full: ''df -h'', then ''du -sh * | sort -h | tail''
* restart with ''sudo systemctl restart nginx''; check with ''curl -I https://www.example.org/''`,
  },
  {
    title: "Git, docker & co",
    search: "docker compose",
    text: `git rebase -i HEAD~3 && git push --force-with-lease
docker compose up -d; docker compose logs -f --tail=100 web
kubectl get pods -n prod | grep -v Running
ssh -L 8080:localhost:80 me@10.0.0.5
for f in *.jpg; do convert "$f" -resize 50% "small_$f"; done
PATH=$PATH:/usr/local/bin; export EDITOR=vim`,
  },
  {
    title: "Clean-up script",
    search: "duplicates",
    text: `DELETE FROM customers
WHERE id NOT IN (SELECT MIN(id) FROM customers GROUP BY email);

SELECT name, 'x' FROM customers UNION ALL SELECT name, 'y' FROM suppliers ORDER BY 1;`,
  },
];
