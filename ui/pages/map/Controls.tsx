import type { OfMap } from '../../state/choices.ts';
import { useView } from '../../state/use-view.ts';
import type { Form } from './Picture.tsx';

export interface Chosen {
  readonly to: (typeof TO)[number][0];
  readonly by: (typeof BY)[number][0];
  readonly form: Form;
  readonly limit: (typeof LIMITS)[number];
  readonly hide: readonly string[];
}

const TO = [
  ['address', 'address'],
  ['port', 'address and port'],
  ['block', 'block (/24, /64)'],
  ['host', 'host name'],
  ['tag', 'service tag of Azure'],
] as const satisfies readonly (readonly [OfMap<'to'>, string])[];
const BY = [
  ['flows', 'flows'],
  ['bytes', 'bytes'],
] as const satisfies readonly (readonly [OfMap<'by'>, string])[];
const FORMS = [
  ['sankey', 'Sankey'],
  ['graph', 'Graph'],
] as const satisfies readonly (readonly [OfMap<'show'>, string])[];
const LIMITS = ['20', '40', '100', '300'] as const satisfies readonly OfMap<'limit'>[];
const HIDE = [
  ['dns', 'DNS', 'ports 53 and 853'],
  ['kube-system', 'kube-system', 'what workloads of that namespace send'],
  ['azure', 'Azure control plane', 'its platform addresses, and service tags such as AzureResourceManager'],
] as const satisfies readonly (readonly [OfMap<'hide'>, string, string])[];

/** What the address says; what it says wrong counts as not said. */
export const useChosen = (): Chosen => {
  const { word, words } = useView();
  const among = <Value extends string>(
    all: readonly Value[],
    name: 'to' | 'by' | 'show' | 'limit',
    first: Value,
  ): Value => all.find((one) => one === word(name)) ?? first;
  return {
    to: among(
      TO.map(([name]) => name),
      'to',
      'address',
    ),
    by: among(
      BY.map(([name]) => name),
      'by',
      'flows',
    ),
    form: among(
      FORMS.map(([name]) => name),
      'show',
      'sankey',
    ),
    limit: among(LIMITS, 'limit', '40'),
    hide: HIDE.map(([name]) => name).filter((name) => words('hide').includes(name)),
  };
};

export const Controls = ({ chosen }: { readonly chosen: Chosen }) => {
  const { change } = useView();
  return (
    <div className="row map-controls">
      <Choice label="To" word="to" all={TO} chosen={chosen.to} />
      <Choice label="By" word="by" all={BY} chosen={chosen.by} />
      <Choice label="Largest" word="limit" all={LIMITS.map((one) => [one, one] as const)} chosen={chosen.limit} />
      <fieldset className="row">
        <legend className="hidden">Hide</legend>
        <span className="dim" aria-hidden="true">
          Hide
        </span>
        {HIDE.map(([name, says, title]) => (
          <label key={name} title={title}>
            <input
              type="checkbox"
              checked={chosen.hide.includes(name)}
              onChange={(event) =>
                change({
                  hide: event.target.checked ? [...chosen.hide, name] : chosen.hide.filter((one) => one !== name),
                })
              }
            />{' '}
            {says}
          </label>
        ))}
      </fieldset>
    </div>
  );
};

/** Both pictures are of the same answer. */
export const Forms = ({ form }: { readonly form: Form }) => {
  const { change } = useView();
  return (
    <>
      {FORMS.map(([name, says]) => (
        <button
          key={name}
          type="button"
          className="quiet"
          aria-pressed={form === name}
          onClick={() => change({ show: name })}
        >
          {says}
        </button>
      ))}
    </>
  );
};

interface ChoiceProps {
  readonly label: string;
  readonly word: 'to' | 'by' | 'limit';
  readonly all: readonly (readonly [string, string])[];
  readonly chosen: string;
}

const Choice = ({ label, word, all, chosen }: ChoiceProps) => {
  const { change } = useView();
  return (
    <label className="row">
      <span className="dim">{label}</span>
      <select value={chosen} onChange={(event) => change({ [word]: event.target.value })}>
        {all.map(([name, says]) => (
          <option key={name} value={name}>
            {says}
          </option>
        ))}
      </select>
    </label>
  );
};
