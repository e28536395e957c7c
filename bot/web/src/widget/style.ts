export const css = `
:host{all:initial;position:fixed;z-index:2147483000;bottom:calc(20px + env(safe-area-inset-bottom));font:16px/1.4 system-ui,sans-serif}
:host(.right){right:20px}
:host(.left){left:20px}
[hidden]{display:none!important}
.button{position:relative;display:grid;place-items:center;width:58px;height:58px;margin:0;padding:0;border:0;border-radius:20px;background:#b4431b;color:#fff;cursor:pointer;box-shadow:0 6px 20px rgba(60,30,10,.28);-webkit-tap-highlight-color:transparent}
.button:hover{background:#96350f}
.button:focus-visible{outline:3px solid #b4431b;outline-offset:3px}
svg{width:30px;height:30px;fill:none;stroke:currentColor;stroke-width:1.7;stroke-linecap:round;stroke-linejoin:round}
.badge{position:absolute;top:-6px;right:-6px;box-sizing:border-box;min-width:22px;height:22px;padding:0 6px;border-radius:11px;background:#b3261e;border:2px solid #fff;color:#fff;font-size:12px;font-weight:700;line-height:18px;text-align:center}
.panel{position:absolute;bottom:74px;width:380px;height:min(620px,calc(100vh - 120px));border-radius:18px;overflow:hidden;background:#f6f2ed;box-shadow:0 12px 48px rgba(50,25,10,.28)}
:host(.right) .panel{right:0}
:host(.left) .panel{left:0}
iframe{display:block;width:100%;height:100%;border:0}
@media (prefers-reduced-motion:no-preference){.panel{animation:qt .18s ease-out}}
@keyframes qt{from{opacity:0;transform:translateY(12px)}}
@media (max-width:520px){
.panel{position:fixed;inset:0;width:auto;height:100%;border-radius:0}
:host(.open) .button{display:none}
}`
