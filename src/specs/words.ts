/**
 * The words by which the documents' parts are known, in every language seen in public spec folders. `\b` is of no use beside
 * Chinese or Japanese letters (`表示SHALL`), so word limits are look-arounds on ASCII letters and digits.
 */

/** A pattern for a whole word or phrase: no ASCII letter or digit may touch it, any other letter may. Case does not matter. */
export function wholeWord(source: string): RegExp {
  return new RegExp(`(?<![A-Za-z0-9])(?:${source})(?![A-Za-z0-9])`, 'iu');
}

/** Labels that stand before a requirement's number and mean no more than the number, as pattern source. */
export const requirementWord =
  'Requirements?|Reqs?\\.?|要件|要求|需求|요구사항|المتطلبات|المتطلب|متطلب|Требования|Требование|Requisitos?|Anforderung(?:en)?|Exigences?';

/** Letters that stand before a number and make an id space of their own (`FR-2` is not requirement 2 of the same file), as pattern source. */
export const requirementPrefix = 'N?FR|NFREQ|BR|UR|TR|SR|PR|CR|IR|DR|R';

/** Labels before a task's number, as pattern source. */
export const taskWord = 'Tasks?|任務|任务|タスク|작업|Задача|Tareas?|Tarefas?|المهمة|مهمة|Aufgabe|Tâche';

/** A heading under which headings with a bare number (`### 2. Export`) are requirements. Non-functional ones are not meant. */
export const requirementsSection = new RegExp(
  `^(?:\\d+(?:\\.\\d+)*[.)]?\\s+)?(?:(?:functional|core|user|product|detailed)\\s+)?(?:${requirementWord}|機能要件|功能需求|功能要求)(?:\\s*(?:list|overview|一覧|列表))?$`,
  'iu',
);

/** A heading over requirements without a number of their own. */
export const nonFunctionalSection =
  /non[\s-]?functional|非機能|非功能|비기능|нефункцион|no[\s-]?funcionales|n[ãa]o[\s-]?funcionais|غير\s+الوظيفية|nichtfunktional/iu;

/** What introduces acceptance criteria, as a heading or a bold line. A tail such as `(Requirement 3)` may follow. */
export const acceptanceMarker =
  /^(?:acceptance\s+criteri(?:a|on)|EARS\s+(?:acceptance\s+)?criteria|受け入れ(?:基準|条件)|受入(?:れ)?(?:基準|条件)|验收(?:标准|条件)|驗收(?:標準|條件)|합격\s*기준|인수\s*(?:기준|조건)|수용\s*기준|수락\s*기준|معايير\s+القبول|критери[ий]\s+при[её]мки|criterios\s+de\s+aceptaci[oó]n|crit[eé]rios\s+de\s+aceita[cç][aã]o|akzeptanzkriterien|abnahmekriterien|crit[eè]res\s+d['’]acceptation)/iu;

/** The label of a requirement's story. */
export const storyLabel =
  /^(?:user\s+stor(?:y|ies)|objectives?|goal|用户故事|使用者故事|用戶故事|ユーザーストーリー|ユーザストーリー|目的|目标|目標|사용자\s*스토리|목표|목적|historias?\s+de\s+usuario|hist[oó]rias?\s+d[eo]\s+usu[aá]rio|objetivo|пользовательская\s+история|цель|قصة\s+المستخدم|الهدف|nutzergeschichte|ziel)$/iu;

/** The heading of a glossary. */
export const glossaryHeading =
  /^(?:\d+[.)]?\s+)?(?:glossary|terms(?:\s+and\s+definitions)?|terminology|definitions|用語集|用語定義|术语表|術語表|术语|词汇表|詞彙表|용어집|용어\s*정의|глоссарий|glosario|gloss[aá]rio|قاموس\s+المصطلحات|المصطلحات|glossar|glossaire)/iu;

/** The label of a line that names requirements. */
export const referenceLabel = new RegExp(
  `^(?:(?:related|covers?|covered|implements?|satisf(?:y|ies)|traces?\\s+to|对应|對應|関連|対応|相关|相關|關聯|关联)\\s*)?(?:${requirementWord})(?:\\s*(?:refs?|references?|coverage|covered|映射|トレース|参照))?$`,
  'iu',
);

/** The label of a line that says which requirements a property or test validates. */
export const validatesLabel = /^(?:validates?|verif(?:y|ies)|検証|验证|驗證|검증|проверяет|valida|يتحقق\s+من|validiert)$/iu;

/** The label of a line that names tasks which must come first. */
export const dependsLabel =
  /^(?:depends?(?:\s+on)?|dependenc(?:y|ies)|dependson|blocked\s+by|requires\s+tasks?|依賴|依赖|依赖于|相依|依存|依存関係|前置任务|前置任務|의존성|зависимости|зависит\s+от|dependencias?|depende\s+de|depend[eê]ncias?|التبعيات|abhängig(?:\s+von|keiten)?)$/iu;

/** A task that only stops and looks. */
export const checkpointTitle =
  /^(?:(?:final|phase|milestone)\s+)?(?:checkpoint(?![A-Za-z0-9])|チェックポイント|最終チェックポイント|检查点|檢查點|最终检查点|최종\s*체크포인트|체크포인트|контрольная\s+точка|punto\s+de\s+control|ponto\s+de\s+verifica[cç][aã]o|نقطة\s+(?:تحقق|تفتيش))/iu;

/** A reference to everything: `All`, `All requirements …`, 全要件. */
export const everything =
  /^(?:all(?![A-Za-z0-9])|every(?:thing)?(?![A-Za-z0-9])|全(?:て|体|部)?(?:の)?(?:機能)?要件|すべて|全て|全部|所有|все(?![а-яё])|جميع|كل|tod[oa]s(?![A-Za-z])|모든|모두|전체|alle(?![A-Za-z0-9]))/iu;
