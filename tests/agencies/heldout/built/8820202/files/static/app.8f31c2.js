(function(){
var menu=null,app=document.getElementById('app');
function esc(s){return String(s).replace(/[&<>"]/g,function(c){return {'&':'&amp;','<':'&lt;','>':'&gt;','"':'&quot;'}[c]})}
function nav(){return '<nav><a href="/">'+esc(menu.name)+'</a>'+menu.groups.map(function(g){return '<span class="grp"><b>'+esc(g.title)+'</b> <span class="sub">'+g.links.map(function(l){return '<a href="'+l[1]+'">'+esc(l[0])+'</a>'}).join(' ')+'</span></span>'}).join(' ')+'</nav>'}
function foot(){return '<footer><p>'+esc(menu.footer)+'</p><p>© 2020 Natural Fibre Institute</p></footer>'}
function chat(){return '<div class="chat"><b>คุยกับเจ้าหน้าที่ (Live Chat)</b><div class="log"><p>เจ้าหน้าที่: สวัสดีค่ะ สอบถามข้อมูลได้ในเวลา 8.30-16.30 น. ตอบกลับภายใน 10 นาทีค่ะ</p></div><form><input name="msg" placeholder="พิมพ์ข้อความ"><button type="submit">ส่ง</button></form></div>'}
function show(p){document.title=p.title+' | '+menu.short;app.innerHTML=nav()+'<main><h1>'+esc(p.title)+'</h1>'+(p.date?'<time>'+esc(p.date)+'</time>':'')+'<section>'+p.html+'</section><div class="share"><button data-u="fb">Share</button><button data-u="tw">Tweet</button></div></main>'+foot()+(p.nochat?'':chat());
app.querySelectorAll('.grp').forEach(function(g){g.onmouseenter=function(){g.classList.add('open')};g.onmouseleave=function(){g.classList.remove('open')}});}
function missing(){document.title='404';app.innerHTML=nav()+'<main><h1>404</h1><p>ไม่พบหน้าที่คุณต้องการ หน้านี้อาจถูกย้ายหรือลบไปแล้ว</p><a href="/">กลับหน้าหลัก</a></main>'+foot()}
fetch('/api/menu.json').then(function(r){return r.json()}).then(function(m){menu=m;var path=location.pathname==='/'?'/index':location.pathname;return fetch('/api/content'+path+'.json')}).then(function(r){if((r.headers.get('content-type')||'').indexOf('json')<0)throw 0;return r.json()}).then(show).catch(missing);
})();

