export default {
  name: '前台',
  desk: '客服工作台',
  h: '时', d: '天', min: '分',
  today: '今天', yesterday: '昨天',
  loading: '正在读取…',
  again: '再试一次',
  cancel: '取消',
  ok: '确定',
  close: '关闭',
  back: '返回',
  line: { waiting: '连接断开，正在重连…', opening: '正在连接…', back: '已恢复，内容已补齐', now: '立即重连' },
}
