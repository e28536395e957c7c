// A drawing for what a title talks about; no photographs, so that the page stays light.

const DRAWINGS: [RegExp, string][] = [
  [/杯|壶|水瓶/, 'M7 8h9v9a3 3 0 0 1-3 3h-3a3 3 0 0 1-3-3V8ZM16 10h2a2 2 0 0 1 0 5h-2M9.5 5V3.500M13 5V3.5'],
  [/书|绘本|本|册/, 'M4 5.500c3-1 6-.5 8 1 2-1.5 5-2 8-1V18c-3-1-6-.5-8 1-2-1.5-5-2-8-1V5.500ZM12 6.500V19'],
  [/衣|衫|裤|裙|外套|T恤|袜|鞋/, 'M8.5 4 4 7l2 4 1.5-1v10h9V10l1.5 1 2-4-4.5-3c-.6 1.3-1.8 2-3.5 2s-2.9-.7-3.5-2Z'],
  [/果|苹|橙|梨|桃|莓|茶|坚果|米|零食|饼|糖/, 'M12 7c-1.5-1-6-1.2-6.5 4S9 20.5 10.5 20.500c.8 0 1-.4 1.5-.4s.7.4 1.5.4c1.5 0 5.5-4.3 5-9.500S13.5 6 12 7ZM12 7c0-2 1-3.5 3-4'],
  [/耳机|音箱|手机|充电|数据线|键盘|鼠标|灯|手环/, 'M5 14v-2a7 7 0 0 1 14 0v2M5 14h2.500v5H6a1 1 0 0 1-1-1v-4ZM19 14h-2.500v5H18a1 1 0 0 0 1-1v-4Z'],
  [/床|被|枕|毯|毛巾|浴巾/, 'M3.5 19v-6h17v6M3.5 17h17M5 13V8a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2v5M8 13v-2h3v2M13 13v-2h3v2'],
  [/锅|碗|盘|勺|刀|架|厨|筷/, 'M4 10h16v3a6 6 0 0 1-6 6h-4a6 6 0 0 1-6-6v-3ZM2.5 10h19M9 6.500c0-1.5 1-1 1-2.500M13 6.500c0-1.5 1-1 1-2.5'],
]
const BOX = 'M12 3l8 4.500v9L12 21l-8-4.500v-9L12 3ZM4.5 7.8 12 12l7.5-4.200M12 12v8.5'

export const drawingOf = (title: string): string => DRAWINGS.find(([words]) => words.test(title))?.[1] ?? BOX

/** The same shade for the same title. */
export const shadeOf = (title: string): number => [...title].reduce((sum, letter) => sum + letter.codePointAt(0)!, 0) % 5
