import { DotMap } from "../../components/dot_map.tsx";
import { trafficHref } from "../../components/links.ts";
import { Tops } from "../../components/tops.tsx";
import type { DashboardView } from "../../model_dashboard.ts";

const MOST = 8;

/** Where requests come from: those that were blocked, or all where none was. */
export function Countries({ data }: { readonly data: DashboardView }) {
  const blocked = data.countries.filter((each) => each.blocked > 0);
  const isBlocked = blocked.length > 0;
  const countries = (isBlocked ? blocked : data.countries).map(({ country, name, requests, blocked }) => ({
    country,
    name,
    value: isBlocked ? blocked : requests,
  })).sort((a, b) => b.value - a.value);
  const filter: Record<string, string> = isBlocked ? { action: "blocked" } : {};
  return (
    <>
      <section class="card w4">
        <header>
          <h2>{isBlocked ? "Where blocked requests come from" : "Where requests come from"}</h2>
        </header>
        <div class="pad">
          <DotMap
            label={isBlocked ? "Blocked requests by country" : "Requests by country"}
            what={isBlocked ? "blocked" : "requests"}
            countries={countries}
            filter={filter}
            range={data.range}
          />
        </div>
      </section>
      <section class="card w2">
        <header>
          <h2>{isBlocked ? "Countries, blocked" : "Countries"}</h2>
          <a class="end small" href="/settings/geolocation">Geolocation</a>
        </header>
        <div class="pad">
          <Tops
            blocked={isBlocked}
            empty="No country is known of any client in this range."
            items={countries.slice(0, MOST).map(({ country, name, value }) => ({
              href: trafficHref({ ...filter, country }, { range: data.range }),
              text: name,
              value,
            }))}
          />
        </div>
      </section>
    </>
  );
}
