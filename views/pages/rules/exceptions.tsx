import { Safe } from "../../components/bytes.tsx";
import { Empty } from "../../components/empty.tsx";
import { PostButton } from "../../components/form.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { Ago } from "../../components/time.tsx";
import type { ExceptionView, FormState, ViewContext } from "../../model.ts";
import { ExceptionByHand, type ExceptionByHandProps } from "./exception_by_hand.tsx";
import { RuleTabs } from "./rule_tabs.tsx";

/** What rules let pass, and where. */
export function ExceptionsPage(
  props: {
    readonly ctx: ViewContext;
    readonly exceptions: readonly ExceptionView[];
    readonly hostName: string | null;
    readonly hosts: ExceptionByHandProps["hosts"];
    /** Of the one written by hand. */
    readonly form: FormState;
  },
) {
  const may = props.ctx.user.role !== "viewer";
  return (
    <>
      <PageHead title="Rules">
        {props.hostName === null ? "What rules let pass, and where." : (
          <>
            Exceptions that stand for {props.hostName}. <a href="/rules/exceptions">Show all</a>
          </>
        )}
      </PageHead>
      <RuleTabs current="exceptions" />
      <div class="stack">
        {props.exceptions.length === 0
          ? (
            <Empty
              title="No exceptions"
              text={
                <>
                  When a rule refuses something that is right, open the request in{" "}
                  <a href="/traffic">Traffic</a>{" "}
                  and let it pass from there: the narrowest exception is offered first, and it is tried on the
                  very request.
                </>
              }
              cli="aegis rule except sqli-120 --host shop.example.com --path '/t/*'"
            />
          )
          : (
            <div class="card">
              <div class="scroll">
                <table data-rows>
                  <thead>
                    <tr>
                      <th>Rule</th>
                      <th class="s">Host</th>
                      <th class="s">Where</th>
                      <th class="s m">Why</th>
                      <th class="s m">Made</th>
                      <th>
                        <span class="sr">Actions</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {props.exceptions.map((exception) => (
                      <tr>
                        <td>
                          <a href={`/rules/${encodeURIComponent(exception.rule_id)}`}>
                            {exception.rule_name}
                          </a>{" "}
                          <span class="mono muted">{exception.rule_id}</span>
                          <span class="sub phone">
                            {exception.host_name ?? "every host"} <Where exception={exception} />
                          </span>
                        </td>
                        <td class="s">
                          {exception.host_id === null
                            ? "every host"
                            : (
                              <a href={`/hosts/${encodeURIComponent(exception.host_id)}`}>
                                {exception.host_name}
                              </a>
                            )}
                        </td>
                        <td class="s">
                          <Where exception={exception} />
                        </td>
                        <td class="s m">
                          <Safe text={exception.note} />
                        </td>
                        <td class="s m">
                          <Ago at={exception.created_at} now={props.ctx.now} /> {exception.created_by}
                        </td>
                        <td class="r">
                          {may
                            ? (
                              <PostButton
                                ctx={props.ctx}
                                action={`/rules/exceptions/${encodeURIComponent(exception.id)}/delete`}
                                class="btn bare"
                              >
                                Take back
                              </PostButton>
                            )
                            : null}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </div>
          )}
        {may ? <ExceptionByHand ctx={props.ctx} hosts={props.hosts} form={props.form} /> : null}
      </div>
    </>
  );
}

function Where(props: { readonly exception: ExceptionView }) {
  const { exception } = props;
  return (
    <>
      <code>
        <Safe text={exception.path ?? "every path"} />
      </code>
      {exception.targets.length === 0 ? null : (
        <>
          {", "}
          <code>
            <Safe text={exception.targets.join(", ")} />
          </code>
        </>
      )}
      {exception.up_to_score === null ? null : `, up to score ${exception.up_to_score}`}
    </>
  );
}
