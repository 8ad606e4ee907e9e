/** Scripts as users write them, each of some milliseconds in redis-server. Their keys are `keys` of scripts.ts: a text, a count, a hash, a rate, scores, a list. */
export const benchScripts: Readonly<Record<string, string>> = {
  "an empty for, a million turns": `
    for i=1,1000000 do end return 1`,
  "an empty while": `
    local i=0 while i<1000000 do i=i+1 end return i`,
  "s + i * 2 % 7": `
    local s=0 for i=1,1000000 do s=s+i*2%7 end return s`,
  "t.a = t.a + t.b": `
    local t={a=0,b=1} for i=1,1000000 do t.a=t.a+t.b end return t.a`,
  "t[i % 1000 + 1] = i": `
    local t={} for i=1,1000000 do t[i%1000+1]=i end return #t`,
  "a million calls of a local function": `
    local function f(x) return x+1 end local s=0 for i=1,1000000 do s=f(s) end return s`,
  "200,000 of string.sub": `
    local s=0 for i=1,200000 do s=s+#string.sub('hello world',i%5+1,i%5+3) end return s`,
  "a million of ..": `
    local s=0 for i=1,1000000 do local x='a'..i s=s+#x end return s`,
  "a sieve up to 100,000": `
    local n,t,c=100000,{},0 for i=2,n do t[i]=true end for i=2,n do if t[i] then c=c+1 for j=i*i,n,i do t[j]=false end end end return c`,
  "200,000 steps of pairs": `
    local t={} for i=1,2000 do t['k'..i]=i end local s=0 for r=1,100 do for k,v in pairs(t) do s=s+v end end return s`,
  "200,000 of table.insert": `
    local t={} for i=1,200000 do table.insert(t,i) end return #t`,
  "100,000 of SET": `
    for i=1,100000 do redis.call('set',KEYS[1],i) end return 1`,
  "100,000 of GET": `
    local s=0 for i=1,100000 do s=s+#redis.call('get',KEYS[1]) end return s`,
  "100,000 of INCR": `
    for i=1,100000 do redis.call('incr',KEYS[2]) end return 1`,
  "a text that grows by ..": `
    local s='' for i=1,20000 do s=s..'x'..i end return #s`,
  "table.concat of 100,000": `
    local t={} for i=1,100000 do t[#t+1]='item:'..i end return #table.concat(t,',')`,
  "20,000 closures": `
    local function counter() local n=0 return function() n=n+1 return n end end local s=0 for i=1,20000 do local c=counter() for j=1,5 do s=s+c() end end return s`,
  "fib(25)": `
    local function fib(n) if n<2 then return n end return fib(n-1)+fib(n-2) end return fib(25)`,
  "cjson, 5,000 objects, 4 times": `
    local t={} for i=1,5000 do t[i]={id=i,name='user'..i,tags={'a','b','c'},score=i*1.5,on=i%2==0} end local n=0 for r=1,4 do local s=cjson.encode(t) n=n+#s t=cjson.decode(s) end return n`,
  "string.gsub and find": `
    local s=string.rep('key=value; other=thing; ',10) local n=0 for i=1,2000 do local x,c=string.gsub(s,'(%w+)=(%w+)','%2=%1') n=n+c if string.find(x,'thing=other',1,true) then n=n+1 end if string.find(x,'^%w+=%w+') then n=n+1 end end return n`,
  "string.gmatch": `
    local s=string.rep('alpha beta gamma ',20) local n=0 for i=1,1000 do for w in string.gmatch(s,'%a+') do n=n+#w end end return n`,
  "table.sort with a comparison": `
    local t={} local x=42 for i=1,20000 do x=(x*1103515245+12345)%2147483648 t[i]=x end table.sort(t,function(a,b) return a>b end) return t[1]`,
  "HGETALL of 1,000 fields, 50 times": `
    local n=0 for r=1,50 do local h=redis.call('hgetall',KEYS[3]) for i=1,#h,2 do n=n+tonumber(h[i+1]) end end return n`,
  "a rate limiter, 20,000 times": `
    local ok=0 for i=1,20000 do local k=KEYS[4] local c=tonumber(redis.call('get',k) or '0') if c<10 then c=redis.call('incr',k) if c==1 then redis.call('expire',k,60) end ok=ok+1 else redis.call('del',k) end end return ok`,
  "20,000 of ZADD": `
    for i=1,20000 do redis.call('zadd',KEYS[5],i*7919%10007,'m'..i%5000) end return redis.call('zcard',KEYS[5])`,
  "RPUSH of unpack, LRANGE": `
    for i=1,500 do local a={} for j=1,100 do a[j]=i*j end redis.call('rpush',KEYS[6],unpack(a)) end local l=redis.call('lrange',KEYS[6],0,-1) local s=0 for _,v in ipairs(l) do s=s+v end return s`,
  "objects with methods": `
    local P={} P.__index=P function P.new(x,y) return setmetatable({x=x,y=y},P) end function P:add(o) return P.new(self.x+o.x,self.y+o.y) end local a=P.new(0,0) local d=P.new(1,2) for i=1,100000 do a=a:add(d) end return a.x+a.y`,
  "string.byte": `
    local h=5381 local s=string.rep('abcdefghij',10) for r=1,1000 do for i=1,#s do h=(h*33+string.byte(s,i))%4294967296 end end return h`,
  "100,000 of string.format": `
    local n=0 for i=1,100000 do n=n+#string.format('%05d:%s:%.2f',i,'x',i/3) end return n`,
  "functions of ...": `
    local function sum(...) local s=0 for i=1,select('#',...) do s=s+(select(i,...)) end return s end local t=0 for i=1,50000 do t=t+sum(i,1,2,3) end return t`,
  "100,000 of pcall": `
    local n=0 for i=1,100000 do local ok,v=pcall(function(x) return x+1 end,i) n=n+v end return n`,
  "matrices of 60 × 60": `
    local n=60 local function m() local a={} for i=1,n do a[i]={} for j=1,n do a[i][j]=i+j end end return a end local a,b,c=m(),m(),{} for i=1,n do c[i]={} for j=1,n do local s=0 for k=1,n do s=s+a[i][k]*b[k][j] end c[i][j]=s end end return c[n][n]`,
  "cmsgpack, 2,000 entries, 5 times": `
    local t={} for i=1,2000 do t[i]={i,'n'..i,{a=i}} end local n=0 for r=1,5 do local s=cmsgpack.pack(t) n=n+#s t=cmsgpack.unpack(s) end return n`,
  "200,000 of bit.bxor and band": `
    local h=0 for i=1,200000 do h=bit.bxor(bit.lshift(h,1),i) h=bit.band(h,0xffffff) end return h`,
};
