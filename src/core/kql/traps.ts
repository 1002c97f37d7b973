import type { Severity } from './query-language.ts';

interface TrapSpec {
  readonly severity: Severity;
  /** What is wrong, in general. */
  readonly says: string;
  /** What comes of it. */
  readonly why: string;
  readonly fix: string;
}

/**
 * Every finding about a query that is ours; those of the language service keep its own codes (`KS142`). Codes are for ever: a retired one
 * stays, marked, and is never used again. KQL0xx: the text could not be read; KQL1xx: it can, and means something else than it seems to.
 */
export const TRAPS = {
  KQL001: {
    severity: 'error',
    says: 'the query is too long or too deep to be read',
    why: 'The parser takes minutes for such texts, and cannot be stopped.',
    fix: 'Split the query, or put what it lists into a datatable or a watchlist.',
  },
  KQL002: {
    severity: 'error',
    says: 'the query was not checked: reading it takes too long or too much memory',
    why: 'Functions that call each other, and very long lists, can take for ever.',
    fix: 'Make it simpler; a list of values is better a datatable.',
  },
  KQL003: {
    severity: 'error',
    says: 'a management command, and no query',
    why: 'Azure Monitor has none: `.show`, `.create` and their like are of Azure Data Explorer.',
    fix: 'Use the API of the workspace for what the command does.',
  },
  KQL004: {
    severity: 'note',
    says: 'part of the query was not looked into',
    why: 'Its names and types are right, and whether it means what it seems to is not known.',
    fix: 'Nothing need be done; look at it by hand.',
  },
  KQL005: {
    severity: 'error',
    says: 'there is no query in the text',
    why: 'Nothing would be answered.',
    fix: 'End it with the table that is to be answered.',
  },
  KQL006: {
    severity: 'warning',
    says: 'an allowance that allows nothing',
    why: 'A finding is let pass by `// unmasq:allow KQL110 reason` in the query. Without a reason, or where nothing is found, it only hides what comes later.',
    fix: 'Give the code and the reason, or delete the line.',
  },
  KQL101: {
    severity: 'error',
    says: 'a join of texts that can be blank on both sides',
    why: 'A text is never null in Kusto, and "" equals "": every row without an address is joined with every other one, and looks like an answer.',
    fix: 'Put `where isnotempty(…)` before the join, on one side at least.',
  },
  KQL102: {
    severity: 'error',
    says: 'parse_json of a text that is no JSON',
    why: 'Such a text becomes a string: it has no members, what is asked of it is null, and `tostring` makes "" of that.',
    fix: 'Take the column as the text that it is. Of the address of a node: the PodIp of pods on the network of their node.',
  },
  KQL103: {
    severity: 'error',
    says: 'take, where the latest is meant',
    why: '`take` and `limit` give any rows, and others tomorrow.',
    fix: 'Use `summarize arg_max(TimeGenerated, *) by …`, or `top 1 by TimeGenerated`.',
  },
  KQL104: {
    severity: 'error',
    says: 'TimeGenerated taken for the time of a flow',
    why: 'It is when Traffic Analytics wrote the row, ten minutes to two hours after the flow: an hour of it is another hour.',
    fix: 'Bound and tell FlowStartTime and FlowEndTime; keep a wider bound on TimeGenerated beside them, for speed.',
  },
  KQL105: {
    severity: 'error',
    says: 'an address that is blank where it is public',
    why: 'Traffic Analytics leaves public addresses away and packs them into another column: the rows that matter have nothing here.',
    fix: 'Take the other column where this one is blank: `mv-expand` of `split(DestPublicIps, " ")`, the address before the first "|".',
  },
  KQL106: {
    severity: 'error',
    says: 'a number or a time compared with a text',
    why: 'They are never equal, and Kusto does not always say so.',
    fix: 'Write the literal without quotes, or convert one side with `tostring` or `toint`.',
  },
  KQL107: {
    severity: 'warning',
    says: 'a table is read without a lower bound of time',
    why: 'Whoever asks decides how much is read: all that is kept, or what the portal happens to show.',
    fix: 'Add `where TimeGenerated > …`, before any summarize.',
  },
  KQL108: {
    severity: 'warning',
    says: 'rows of other sorts are in the table, and nothing keeps them out',
    why: 'Traffic Analytics writes rows about itself into the same table; they have no addresses, and count.',
    fix: 'Add `where SubType == "FlowLog"`.',
  },
  KQL109: {
    severity: 'warning',
    says: 'both directions of flows are read as one',
    why: 'What came in is counted with what went out, and a flow between two nodes is there twice.',
    fix: 'Add `where FlowDirection in ("Outbound", "O")`: rows have the word, the documentation the letter.',
  },
  KQL110: {
    severity: 'warning',
    says: 'the table has ended, or will',
    why: 'There are no new rows in it, or soon will be none.',
    fix: 'Ask the table that the message names.',
  },
  KQL111: {
    severity: 'warning',
    says: 'a join by address over all clusters',
    why: 'Clusters of one workspace may use the same addresses: pods of one are given what nodes of another sent.',
    fix: 'Add `where ClusterName == …` to each table that says which cluster a row is of.',
  },
  KQL112: {
    severity: 'error',
    says: 'a join of who held something, without the time when',
    why: 'Addresses and names go from one to the next: whoever held it once is given all that was ever sent from it.',
    fix: 'Compare the times of both after the join: `where FlowStartTime <= LastSeen and FlowEndTime >= FirstSeen`.',
  },
  KQL113: {
    severity: 'note',
    says: 'a column that is not what it seems',
    why: 'Its name promises what it does not hold.',
    fix: 'See what the message says of it.',
  },
  KQL114: {
    severity: 'error',
    says: 'something that Azure Monitor has not',
    why: 'Azure Data Explorer has it, and so the language service takes it; a workspace refuses it.',
    fix: 'Write `let` for parameters, `workspace("…")` for another workspace, and the name for an alias.',
  },
  KQL115: {
    severity: 'error',
    says: 'a time that there is not',
    why: 'Nobody tells: what the query answers then is about another time, or none.',
    fix: 'Write `datetime(2026-11-27T03:00:00Z)`.',
  },
  KQL116: {
    severity: 'warning',
    says: 'a query with several answers',
    why: 'An alert and a workbook take the first, the portal the one where the cursor is.',
    fix: 'Leave one of them; others become `let` or files of their own.',
  },
  KQL117: {
    severity: 'warning',
    says: 'a join that does not say of which kind',
    why: 'It is innerunique then: of the rows on the left with one key any one is taken, and the others are dropped.',
    fix: 'Write `join kind=inner`, or another kind that is meant.',
  },
  KQL118: {
    severity: 'warning',
    says: 'a join by a name over all clusters',
    why: 'Every cluster has the same namespaces, and may have pods and nodes of one name.',
    fix: 'Add `where ClusterName == …` to both sides, or the cluster to the keys.',
  },
  KQL119: {
    severity: 'warning',
    says: 'rows counted where things are meant',
    why: 'The table has a row for each container and minute, not one for each pod.',
    fix: 'Count with `dcount(PodUid)`.',
  },
  KQL120: {
    severity: 'note',
    says: 'contains, where has would do',
    why: '`contains` reads every text from end to end; `has` asks the index for the whole word.',
    fix: 'Write `has`, if a whole word is meant.',
  },
  KQL121: {
    severity: 'error',
    says: 'a column that is gone',
    why: 'It was in the table as it was published earlier; a query that names it fails.',
    fix: 'See the columns that there are now, or check with `--schema` as of an earlier month.',
  },
  KQL122: {
    severity: 'error',
    says: 'a text asked whether it is null',
    why: 'A text never is: `isnull` is always false of it, and `isnotnull` always true.',
    fix: 'Write `isempty` or `isnotempty`.',
  },
  KQL123: {
    severity: 'error',
    says: 'an address compared with a whole list of them',
    why: 'The column holds entries such as `203.0.113.66|1|0|5|4|300|200`, several of them with a blank between: none equals an address.',
    fix: 'Expand it first: `mv-expand` of `split(…, " ")`, the address before the first "|".',
  },
} as const satisfies Readonly<Record<string, TrapSpec>>;

export type TrapCode = keyof typeof TRAPS;

export const isTrap = (code: string): code is TrapCode => Object.hasOwn(TRAPS, code);
