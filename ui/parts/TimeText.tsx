import { clockOf } from '../format.ts';
import { useView } from '../state/use-view.ts';

const UTC = clockOf('utc');

/** A moment in the view's zone; in UTC too for whoever points at it. */
export const TimeText = ({ at, whole = false }: { readonly at: string; readonly whole?: boolean }) => {
  const { zone } = useView();
  const clock = clockOf(zone);
  return (
    <time dateTime={at} title={`${clock.full(at)} ${zone}\n${UTC.full(at)} UTC`} className="num">
      {whole ? clock.full(at) : clock.time(at)}
    </time>
  );
};
