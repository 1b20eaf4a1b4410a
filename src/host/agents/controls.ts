import type { Controls, Picker, SlashCommand } from '../../model/controls.ts';
import type { Fields } from './fields.ts';
import { cut, fieldsOf, listOf, textOf, wordsOf } from './fields.ts';

/** What an agent offers in a session, kept apart by the way in which it was offered. */
export interface Offers {
  readonly commands: readonly SlashCommand[];
  readonly config: readonly Picker[];
  readonly mode: Picker | undefined;
  readonly model: Picker | undefined;
}

/** A session in which nothing was offered yet. */
export const noOffers: Offers = { commands: [], config: [], mode: undefined, model: undefined };

/** A change of what an agent offers. */
export type OffersChange =
  | { readonly type: 'commands'; readonly commands: readonly SlashCommand[] }
  | { readonly type: 'config'; readonly config: readonly Picker[] }
  | { readonly type: 'mode'; readonly mode: string };

const longestName = 200;
const longestDescription = 1000;
const longestCommand = 300;
const mostItems = 1000;
/** Letters that the descriptions of all commands may have together: each change of a list is written and sent as a whole. */
const mostDescribed = 64 * 1024;

/** Reads what the answer to `session/new`, `session/load` or `session/resume` offers. What it does not mention stays. */
export function offersIn(answer: Fields | undefined, before: Offers): Offers {
  return {
    commands: before.commands,
    config: Array.isArray(answer?.['configOptions']) ? configOf(answer['configOptions']) : before.config,
    mode: modesOf(fieldsOf(answer?.['modes'])) ?? before.mode,
    model: modelsOf(fieldsOf(answer?.['models'])) ?? before.model,
  };
}

/** The offers after a change. */
export function changedOffers(offers: Offers, change: OffersChange): Offers {
  switch (change.type) {
    case 'commands':
      return { ...offers, commands: change.commands };
    case 'config':
      return { ...offers, config: change.config };
    case 'mode':
      return {
        ...offers,
        mode: offers.mode && withValue(offers.mode, change.mode),
        config: offers.config.map((picker) => (picker.role === 'mode' ? withValue(picker, change.mode) : picker)),
      };
  }
}

/** The offers after a person's choice, for agents that do not repeat it. */
export function pickedOffers(offers: Offers, picker: Picker, value: string): Offers {
  const change = (old: Picker): Picker => (old.id === picker.id ? withValue(old, value) : old);
  return {
    ...offers,
    config: offers.config.map(change),
    mode: offers.mode && change(offers.mode),
    model: offers.model && change(offers.model),
  };
}

/** One list of pickers. An agent that has config options repeats its modes and models there, so those count alone. */
export function controlsOf(offers: Offers): Controls {
  const older = [offers.mode, offers.model].filter((picker) => picker !== undefined);
  return { commands: offers.commands, pickers: offers.config.length > 0 ? offers.config : older };
}

/** Only a value that is offered can be shown. */
function withValue(picker: Picker, value: string): Picker {
  return picker.options.some((option) => option.id === value) ? { ...picker, value } : picker;
}

/** Reads `availableCommands`. */
export function commandsOf(value: unknown): readonly SlashCommand[] {
  let described = 0;
  return listOf(value)
    .slice(0, mostItems)
    .flatMap((item) => {
      const fields = fieldsOf(item);
      const name = wordsOf(fields?.['name'])?.replace(/^\//, '');
      if (name === undefined || name === '') return [];
      const hint = wordsOf(fieldsOf(fields?.['input'])?.['hint']);
      const description = cut(textOf(fields?.['description']) ?? '', longestCommand);
      described += description.length;
      return [
        {
          name: cut(name, longestName),
          description: described > mostDescribed ? '' : description,
          ...(hint === undefined ? {} : { hint: cut(hint, longestName) }),
        },
      ];
    });
}

/** Reads `configOptions`. A switch becomes a picker with the values `true` and `false`. */
export function configOf(value: unknown): readonly Picker[] {
  return listOf(value)
    .slice(0, mostItems)
    .flatMap((item): Picker[] => {
      const fields = fieldsOf(item);
      const id = wordsOf(fields?.['id']);
      if (fields === undefined || id === undefined) return [];
      const common = { id, label: cut(wordsOf(fields['name']) ?? id, longestName), role: roleOf(fields), source: 'config' as const };
      const current = fields['currentValue'];
      if (typeof current === 'boolean') return [{ ...common, value: String(current), options: switchOptions }];
      const options = listOf(fields['options']).flatMap((option) => optionsOf(option));
      const chosen = wordsOf(current) ?? options[0]?.id;
      return chosen === undefined || options.length === 0 ? [] : [{ ...common, value: chosen, options: withCurrent(options, chosen) }];
    });
}

const switchOptions: Picker['options'] = [
  { id: 'true', label: 'On' },
  { id: 'false', label: 'Off' },
];

function roleOf(fields: Fields): Picker['role'] {
  const category = textOf(fields['category']);
  if (category === 'mode' || category === 'model') return category;
  if (category === 'thought_level') return 'thinking';
  if (category !== undefined) return 'other';
  // Categories came later than config options: an older agent is understood by its ids.
  const id = textOf(fields['id']);
  return id === 'mode' || id === 'model' ? id : 'other';
}

/** One option, or those of a group. */
function optionsOf(item: unknown): Picker['options'] {
  const fields = fieldsOf(item);
  if (fields !== undefined && Array.isArray(fields['options'])) {
    const group = wordsOf(fields['name']) ?? wordsOf(fields['group']);
    const options = listOf(fields['options']).flatMap((option) => optionOf(option, 'value'));
    return group === undefined ? options : options.map((option) => ({ ...option, group: cut(group, longestName) }));
  }
  return optionOf(item, 'value');
}

function optionOf(item: unknown, idField: string): Picker['options'] {
  const fields = fieldsOf(item);
  const id = wordsOf(fields?.[idField]);
  if (id === undefined) return [];
  const description = wordsOf(fields?.['description']);
  return [
    {
      id,
      label: cut(wordsOf(fields?.['name']) ?? id, longestName),
      ...(description === undefined ? {} : { description: cut(description, longestDescription) }),
    },
  ];
}

/** The current value can be one that the agent does not list, for example a model of a person's own. */
function withCurrent(options: Picker['options'], current: string): Picker['options'] {
  return options.some((option) => option.id === current) ? options : [{ id: current, label: cut(current, longestName) }, ...options];
}

function modesOf(modes: Fields | undefined): Picker | undefined {
  const options = listOf(modes?.['availableModes']).flatMap((mode) => optionOf(mode, 'id'));
  const value = wordsOf(modes?.['currentModeId']) ?? options[0]?.id;
  if (value === undefined || options.length === 0) return undefined;
  return { id: 'mode', label: 'Mode', role: 'mode', source: 'mode', value, options: withCurrent(options, value) };
}

/** `models` was in drafts of the protocol, before config options; agents of that time still send it. */
function modelsOf(models: Fields | undefined): Picker | undefined {
  const options = listOf(models?.['availableModels']).flatMap((model) => optionOf(model, 'modelId'));
  const value = wordsOf(models?.['currentModelId']) ?? options[0]?.id;
  if (value === undefined || options.length === 0) return undefined;
  return { id: 'model', label: 'Model', role: 'model', source: 'model', value, options: withCurrent(options, value) };
}
