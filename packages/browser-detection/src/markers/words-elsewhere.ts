/*
 * What walls say in other languages than English, a pattern a meaning. German, French, Spanish, Portuguese, Italian, Dutch, Polish,
 * Russian, Turkish, Chinese, Japanese and Korean, as far as the languages have a set phrase for it.
 */

/** "I am not a robot", "confirm that you are human". */
export const NO_ROBOT: RegExp =
  /\bkein (?:ro)?bot(?:er)?\b|\bdass (?:sie|du) ein mensch (?:sind|bist)\b|\bpas un robot\b|\bque vous êtes (?:bien )?(?:un )?(?:être )?humain|\bno (?:eres|es|soy) un robot\b|\bque (?:eres|es) (?:un )?humano\b|\bdesliza hacia la derecha\b|\bnão (?:é|sou) um robô|\bque (?:você )?é (?:um )?humano\b|\bnon (?:sei|sono) un robot\b|\bdi essere (?:un )?(?:essere )?umano\b|\bgeen robot\b|\b(?:u|je) een mens (?:bent|is)\b|\bnie (?:jesteś|jestem) robotem|\bże jesteś człowiekiem|не (?:ро)?бот|что вы (?:—|-)? ?человек|\brobot olmad|\binsan olduğunuz|人机(?:验证|校验)|不是机器人|不是機器人|(?:完成|通过)[^，。「」后身]{0,6}验证(?!后[^继]|码)|进行(?:人机|安全|滑动)验证|输入验证码|拖动.{0,6}滑块|ロボットではな|人間であること|(?:로봇|봇)이 아(?:닌|님|닙)|사람(?:임을|인지)/i

/** "Checking your browser". */
export const CHECKING: RegExp =
  /\b(?:überprüfung|prüfung) ihres browsers\b|\bihr browser wird (?:überprüft|geprüft)\b|\bvérification d(?:e votre|u) navigateur\b|\b(?:comprobando|verificando|comprobación de) (?:su |tu |el )?navegador\b|\bverificando (?:o )?(?:seu )?navegador\b|\b(?:verifica|controllo) del (?:tuo )?browser\b|\bsprawdzani?e? (?:twojej |twoją )?przeglądark|провер(?:ка|яем|яется) (?:вашего |ваш )?(?:веб-)?браузер|\btarayıcınız kontrol|\btarayıcı (?:kontrolü|doğrulama)|检查.{0,4}浏览器|浏览器.{0,2}(?:检查|检测|验证)|ブラウザー?(?:を|の)(?:確認|チェック)|브라우저(?:를)? ?(?:확인|검사)/i

/** "Unusual traffic". */
export const UNUSUAL: RegExp =
  /\b(?:ungewöhnliche[nrs]?|verdächtige[nrs]?) (?:datenverkehr|zugriffe?|anfragen)\b|\b(?:trafic|activité) (?:inhabituel|suspect|anormal)|\b(?:tráfico|actividad) (?:inusual|sospechos|anormal)|\b(?:tráfego|atividade) (?:incomum|suspeit)|\btraffico (?:insolito|sospetto|anomalo)|\b(?:nietypowy|podejrzany) ruch\b|(?:необычн|подозрительн).{2,4} (?:трафик|запрос)|\b(?:olağan ?dışı|şüpheli) (?:trafik|istek)|(?:异常|可疑)(?:流量|访问|请求)|访问异常|(?:通常と異なる|不審な)(?:トラフィック|アクセス)|비정상적인 (?:접근|접속|트래픽|요청)/i

/** "Your access has been blocked", "your address is not allowed". */
export const YOURS_BLOCKED: RegExp =
  /\bihr(?:e ip-adresse|e anfrage| zugriff| zugang) (?:wurde|ist) .{0,30}(?:blockiert|gesperrt|verweigert)|\bsie wurden (?:blockiert|gesperrt)\b|\bvotre (?:accès|requête|adresse ip|ip) (?:a été|est|n['’]est pas) .{0,10}(?:bloqué|refusé|banni|autorisé)|\bvous avez été (?:bloqué|banni)|\bsu (?:acceso|solicitud|ip|dirección ip) (?:ha sido|fue|está) .{0,15}(?:bloquead|denegad|rechazad)|\b(?:seu|sua) (?:acesso|solicitação|requisição|ip|endereço ip) (?:foi|está) .{0,15}(?:bloquead|negad|rejeitad)|\bil (?:tuo|suo) (?:accesso|ip|indirizzo ip) è stato .{0,15}bloccat|\bu bent geblokkeerd\b|\btwój (?:dostęp|adres ip) .{0,15}zablokowan|ваш(?:а|е)? (?:ip|ip-адрес|доступ|адрес|запрос) .{0,15}(?:заблокирован|ограничен|отклон)|\b(?:erişiminiz|ip adresiniz) .{0,20}(?:engellen|yasaklan)|您的 ?(?:ip|访问|请求|地址).{0,20}(?:封禁|拦截|屏蔽|禁止|限制)|あなたの(?:ip|アクセス).{0,20}(?:ブロック|拒否|制限)|(?:귀하의|회원님의) ?(?:ip|접속|접근).{0,20}(?:차단|제한)/i
