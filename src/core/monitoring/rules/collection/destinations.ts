import { type Change, replaceAt, replaceHere } from '../../changes.ts';
import { type CollectionRule, isContainerInsights, type Workspace } from '../../estate/collection.ts';
import { isPlaceholder, regionOf, sameRegion } from '../../estate/region.ts';
import { has, toldOf } from '../../estate/setting.ts';
import { meant, means } from '../../estate/thing.ts';
import { nearest } from '../../../near.ts';
import { block } from '../../terraform/configuration.ts';
import { GROUP } from '../inventory-sources.ts';
import type { Rule } from '../rule.ts';
import { isInRoot } from './written-rule.ts';

/** The rule where its workspace is, and its name with it. */
const moved = (rule: CollectionRule, workspace: Workspace): readonly Change[] => {
  const [name, was, now] = [rule.name, rule.location, workspace.location].map(toldOf);
  const old = `MSCI-${regionOf(was ?? '')}-`;
  return [
    ...replaceHere(rule.location.at, `${workspace.address}.location`),
    ...(typeof name === 'string' && name.toLowerCase().startsWith(old.toLowerCase())
      ? replaceHere(rule.name.at, JSON.stringify(`MSCI-${regionOf(now ?? '')}-${name.slice(old.length)}`))
      : []),
  ];
};

/** DCR004: a rule lives in the region of the workspace that it writes to. */
export const ruleRegion: Rule = ({ collectionRules, workspaces }) =>
  collectionRules.flatMap((rule) => {
    const apart = rule.destinations
      .filter(({ kind }) => kind === 'log-analytics')
      .map(({ target }) => meant(target, workspaces))
      .find(
        (workspace) => workspace?.location !== undefined && sameRegion(rule.location, workspace.location) === false,
      );
    if (apart === undefined || apart === null) return [];
    return [
      {
        code: 'DCR004',
        spot: rule.location.at,
        subject: rule.address,
        message: `${rule.address} is in ${toldOf(rule.location) ?? '?'}, its workspace in ${toldOf(apart.location) ?? '?'}`,
        changes: isInRoot(rule) && isInRoot(apart) ? moved(rule, apart) : [],
        related: [{ spot: apart.location.at, says: `${apart.address} is in ${toldOf(apart.location) ?? '?'}` }],
      },
    ];
  });

/** DCR011: a flow to a destination, or of a stream, that the rule does not have. */
export const danglingFlow: Rule = ({ collectionRules }) =>
  collectionRules.flatMap((rule) => {
    const names = rule.destinations.map(({ name }) => toldOf(name));
    const known = names.filter((name) => typeof name === 'string');
    const isSure = known.length === names.length;
    const sources = rule.section === null ? undefined : block(rule.section, 'data_sources');
    const onlyOurs =
      sources !== undefined && [...sources.blocks.keys(), ...sources.maybe].every((name) => name === 'extension');
    const collected = rule.extensions.map(({ streams }) => streams);
    return rule.flows.flatMap((flow) => [
      ...flow.destinations.texts
        .filter(({ text }) => isSure && !known.includes(text) && !isPlaceholder(text))
        .map(({ text, from }) => {
          const near = nearest(text, known) ?? (known.length === 1 ? (known[0] ?? null) : null);
          return {
            code: 'DCR011',
            spot: flow.destinations.at,
            subject: rule.address,
            key: text,
            message: `a flow goes to ${text}, which is no destination of ${rule.address}`,
            ...(near === null ? {} : { fix: `Write ${near}.` }),
            changes: near === null ? [] : [replaceAt(from, JSON.stringify(near))],
          };
        }),
      ...flow.streams.texts
        .filter(({ text }) => onlyOurs && text !== GROUP && text.startsWith('Microsoft-'))
        .filter(({ text }) => collected.every((list) => has(list, text) === false && has(list, GROUP) === false))
        .map(({ text }) => ({
          code: 'DCR011',
          spot: flow.streams.at,
          subject: rule.address,
          key: text,
          message: `a flow passes on ${text}, which no source of ${rule.address} collects`,
          fix: 'Collect it, or take it out of the flow.',
        })),
    ]);
  });

/** DCR012: onboarding by the portal looks for a rule by its name, and makes a second one. */
export const ruleName: Rule = ({ collectionRules, clusters, associations }) =>
  collectionRules.flatMap((rule) => {
    const [name, region] = [toldOf(rule.name), toldOf(rule.location)];
    if (isContainerInsights(rule) !== true || typeof name !== 'string' || isPlaceholder(name)) return [];
    const mine = clusters.filter((c) =>
      associations.some((a) => means(a.target, c) === true && means(a.rule, rule) === true),
    );
    const [cluster, ...others] = mine.length > 0 ? mine : clusters;
    const called = cluster === undefined || others.length > 0 ? null : (toldOf(cluster.name) ?? null);
    const usual =
      typeof region === 'string' && called !== null && !isPlaceholder(region + called)
        ? `MSCI-${regionOf(region)}-${called}`.slice(0, MOST_LETTERS)
        : null;
    const fits = usual === null ? /^MSCI-[^-]+-.+$/i.test(name) : name.toLowerCase() === usual.toLowerCase();
    return fits
      ? []
      : [
          {
            code: 'DCR012',
            spot: rule.name.at,
            subject: rule.address,
            message: `${rule.address} is called ${name}, not ${usual ?? 'MSCI-{region}-{cluster}'}`,
            fix: 'Rename it, which replaces it, or never onboard this cluster by the portal.',
            changes: usual === null ? [] : replaceHere(rule.name.at, JSON.stringify(usual)),
          },
        ];
  });

/** Of a name of a rule. */
const MOST_LETTERS = 64;
