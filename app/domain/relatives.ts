/** What people call a relative, or somebody else who cares for a patient, in both languages, as a part of a pattern. */
export const RELATIVE =
  "(?:daughter|son|mother|mom|mum|mommy|father|dad|wife|husband|spouse|partner|sister|brother|aunt|uncle|parent|guardian|grand\\w+|caregiver|carer|caretaker|nurse|interpreter|hij[ao]|madre|mama|padre|papa|espos[ao]|herman[ao]|ti[ao]|niet[ao]|abuel[ao]|tutora?|cuidadora?|enfermer[ao]|interprete)";
