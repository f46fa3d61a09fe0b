var J2=Object.defineProperty;var C5=Object.getOwnPropertyDescriptor;var p=(M,H,C,V)=>{for(var L=V>1?void 0:V?C5(H,C):H,r=M.length-1,e;r>=0;r--)(e=M[r])&&(L=(V?e(H,C,L):e(L))||L);return V&&L&&J2(H,C,L),L};var X1="M12,4A4,4 0 0,1 16,8A4,4 0 0,1 12,12A4,4 0 0,1 8,8A4,4 0 0,1 12,4M12,14C16.42,14 20,15.79 20,18V20H4V18C4,15.79 7.58,14 12,14Z";var Y1="M4,11V13H16L10.5,18.5L11.92,19.92L19.84,12L11.92,4.08L10.5,5.5L16,11H4Z";var J1="M20.84,22.73L18.11,20H3V19L5,17V11C5,9.86 5.29,8.73 5.83,7.72L1.11,3L2.39,1.73L22.11,21.46L20.84,22.73M19,15.8V11C19,7.9 16.97,5.17 14,4.29C14,4.19 14,4.1 14,4A2,2 0 0,0 12,2A2,2 0 0,0 10,4C10,4.1 10,4.19 10,4.29C9.39,4.47 8.8,4.74 8.26,5.09L19,15.8M12,23A2,2 0 0,0 14,21H10A2,2 0 0,0 12,23Z";var C2="M0.41,13.41L6,19L7.41,17.58L1.83,12M22.24,5.58L11.66,16.17L7.5,12L6.07,13.41L11.66,19L23.66,7M18,7L16.59,5.58L10.24,11.93L11.66,13.34L18,7Z";var r1="M19,6.41L17.59,5L12,10.59L6.41,5L5,6.41L10.59,12L5,17.59L6.41,19L12,13.41L17.59,19L19,17.59L13.41,12L19,6.41Z";var H2="M19.8 22.6L17.15 20H6.5Q4.2 20 2.6 18.4T1 14.5Q1 12.58 2.19 11.08 3.38 9.57 5.25 9.15 5.33 8.95 5.4 8.76 5.5 8.57 5.55 8.35L1.4 4.2L2.8 2.8L21.2 21.2M6.5 18H15.15L7.1 9.95Q7.05 10.23 7.03 10.5 7 10.73 7 11H6.5Q5.05 11 4.03 12.03 3 13.05 3 14.5 3 15.95 4.03 17 5.05 18 6.5 18M11.13 14M21.6 18.75L20.15 17.35Q20.58 17 20.79 16.54 21 16.08 21 15.5 21 14.45 20.27 13.73 19.55 13 18.5 13H17V11Q17 8.93 15.54 7.46 14.08 6 12 6 11.33 6 10.7 6.16 10.07 6.33 9.5 6.68L8.05 5.23Q8.93 4.63 9.91 4.31 10.9 4 12 4 14.93 4 16.96 6.04 19 8.07 19 11 20.73 11.2 21.86 12.5 23 13.78 23 15.5 23 16.5 22.63 17.31 22.25 18.15 21.6 18.75M14.83 12.03Z";var V2="M7,10L12,15L17,10H7Z";var L2="M12,2A3,3 0 0,1 15,5V11A3,3 0 0,1 12,14A3,3 0 0,1 9,11V5A3,3 0 0,1 12,2M19,11C19,14.53 16.39,17.44 13,17.93V21H11V17.93C7.61,17.44 5,14.53 5,11H7A5,5 0 0,0 12,16A5,5 0 0,0 17,11H19Z";var M2="M19,11C19,12.19 18.66,13.3 18.1,14.28L16.87,13.05C17.14,12.43 17.3,11.74 17.3,11H19M15,11.16L9,5.18V5A3,3 0 0,1 12,2A3,3 0 0,1 15,5V11L15,11.16M4.27,3L21,19.73L19.73,21L15.54,16.81C14.77,17.27 13.91,17.58 13,17.72V21H11V17.72C7.72,17.23 5,14.41 5,11H6.7C6.7,14 9.24,16.1 12,16.1C12.81,16.1 13.6,15.91 14.31,15.58L12.65,13.92L12,14A3,3 0 0,1 9,11V10.28L3,4.27L4.27,3Z";var r2="M14,19H18V5H14M6,19H10V5H6V19Z";var P="M6.62,10.79C8.06,13.62 10.38,15.94 13.21,17.38L15.41,15.18C15.69,14.9 16.08,14.82 16.43,14.93C17.55,15.3 18.75,15.5 20,15.5A1,1 0 0,1 21,16.5V20A1,1 0 0,1 20,21A17,17 0 0,1 3,4A1,1 0 0,1 4,3H7.5A1,1 0 0,1 8.5,4C8.5,5.25 8.7,6.45 9.07,7.57C9.18,7.92 9.1,8.31 8.82,8.59L6.62,10.79Z",P1="M6.62,10.79C8.06,13.62 10.38,15.94 13.21,17.38L15.41,15.18C15.69,14.9 16.08,14.82 16.43,14.93C17.55,15.3 18.75,15.5 20,15.5A1,1 0 0,1 21,16.5V20A1,1 0 0,1 20,21A17,17 0 0,1 3,4C3,3.44 3.45,3 4,3H7.5A1,1 0 0,1 8.5,4C8.5,5.24 8.7,6.45 9.07,7.57C9.18,7.92 9.1,8.31 8.82,8.58L6.62,10.79M17,12V10H19V12H17M17,8V2H19V8H17Z";var e2="M6.62 10.79C8.06 13.62 10.38 15.94 13.21 17.38L15.41 15.18C15.69 14.9 16.08 14.82 16.43 14.93C17.55 15.3 18.75 15.5 20 15.5C20.55 15.5 21 15.95 21 16.5V20C21 20.55 20.55 21 20 21C10.61 21 3 13.39 3 4C3 3.45 3.45 3 4 3H7.5C8.05 3 8.5 3.45 8.5 4C8.5 5.25 8.7 6.45 9.07 7.57C9.18 7.92 9.1 8.31 8.82 8.59L6.62 10.79M16.5 2C14 2 12 4 12 6.5S14 11 16.5 11 21 9 21 6.5 19 2 16.5 2M16.5 9.5C14.84 9.5 13.5 8.16 13.5 6.5C13.5 5.94 13.65 5.42 13.92 5L18 9.08C17.58 9.35 17.06 9.5 16.5 9.5M19.08 8L15 3.92C15.42 3.65 15.94 3.5 16.5 3.5C18.16 3.5 19.5 4.84 19.5 6.5C19.5 7.06 19.35 7.58 19.08 8Z";var e1="M12,3C7.46,3 3.34,4.78 0.29,7.67C0.11,7.85 0,8.1 0,8.38C0,8.66 0.11,8.91 0.29,9.09L2.77,11.57C2.95,11.75 3.2,11.86 3.5,11.86C3.75,11.86 4,11.75 4.18,11.58C4.97,10.84 5.87,10.22 6.84,9.73C7.17,9.57 7.4,9.23 7.4,8.83V5.73C8.85,5.25 10.39,5 12,5C13.59,5 15.14,5.25 16.59,5.72V8.82C16.59,9.21 16.82,9.56 17.15,9.72C18.13,10.21 19,10.84 19.82,11.57C20,11.75 20.25,11.85 20.5,11.85C20.8,11.85 21.05,11.74 21.23,11.56L23.71,9.08C23.89,8.9 24,8.65 24,8.37C24,8.09 23.88,7.85 23.7,7.67C20.65,4.78 16.53,3 12,3M9,7V10C9,10 3,15 3,18V22H21V18C21,15 15,10 15,10V7H13V9H11V7H9M12,12A4,4 0 0,1 16,16A4,4 0 0,1 12,20A4,4 0 0,1 8,16A4,4 0 0,1 12,12M12,13.5A2.5,2.5 0 0,0 9.5,16A2.5,2.5 0 0,0 12,18.5A2.5,2.5 0 0,0 14.5,16A2.5,2.5 0 0,0 12,13.5Z";var w1="M20,15.5C18.75,15.5 17.55,15.3 16.43,14.93C16.08,14.82 15.69,14.9 15.41,15.18L13.21,17.38C10.38,15.94 8.06,13.62 6.62,10.79L8.82,8.59C9.1,8.31 9.18,7.92 9.07,7.57C8.7,6.45 8.5,5.25 8.5,4A1,1 0 0,0 7.5,3H4A1,1 0 0,0 3,4A17,17 0 0,0 20,21A1,1 0 0,0 21,20V16.5A1,1 0 0,0 20,15.5M18,11L23,6L18,1V4H14V8H18V11Z";var t1="M12,9C10.4,9 8.85,9.25 7.4,9.72V12.82C7.4,13.22 7.17,13.56 6.84,13.72C5.86,14.21 4.97,14.84 4.17,15.57C4,15.75 3.75,15.86 3.5,15.86C3.2,15.86 2.95,15.74 2.77,15.56L0.29,13.08C0.11,12.9 0,12.65 0,12.38C0,12.1 0.11,11.85 0.29,11.67C3.34,8.77 7.46,7 12,7C16.54,7 20.66,8.77 23.71,11.67C23.89,11.85 24,12.1 24,12.38C24,12.65 23.89,12.9 23.71,13.08L21.23,15.56C21.05,15.74 20.8,15.86 20.5,15.86C20.25,15.86 20,15.75 19.82,15.57C19.03,14.84 18.14,14.21 17.16,13.72C16.83,13.56 16.6,13.22 16.6,12.82V9.72C15.15,9.25 13.6,9 12,9Z";var i1="M15,12H17A5,5 0 0,0 12,7V9A3,3 0 0,1 15,12M19,12H21C21,7 16.97,3 12,3V5C15.86,5 19,8.13 19,12M20,15.5C18.75,15.5 17.55,15.3 16.43,14.93C16.08,14.82 15.69,14.9 15.41,15.18L13.21,17.38C10.38,15.94 8.06,13.62 6.62,10.79L8.82,8.59C9.1,8.31 9.18,7.92 9.07,7.57C8.7,6.45 8.5,5.25 8.5,4A1,1 0 0,0 7.5,3H4A1,1 0 0,0 3,4A17,17 0 0,0 20,21A1,1 0 0,0 21,20V16.5A1,1 0 0,0 20,15.5Z";var t2="M4,3A1,1 0 0,0 3,4A17,17 0 0,0 20,21A1,1 0 0,0 21,20V16.5A1,1 0 0,0 20,15.5C18.75,15.5 17.55,15.3 16.43,14.93C16.08,14.82 15.69,14.9 15.41,15.17L13.21,17.37C10.38,15.93 8.06,13.62 6.62,10.78L8.82,8.57C9.1,8.31 9.18,7.92 9.07,7.57C8.7,6.45 8.5,5.25 8.5,4A1,1 0 0,0 7.5,3H4M19,11V9.5H15.5L21,4L20,3L14.5,8.5V5H13V11H19Z";var i2="M20,15.5A1,1 0 0,1 21,16.5V20A1,1 0 0,1 20,21A17,17 0 0,1 3,4A1,1 0 0,1 4,3H7.5A1,1 0 0,1 8.5,4C8.5,5.24 8.7,6.45 9.07,7.57C9.18,7.92 9.1,8.31 8.82,8.58L6.62,10.79C8.06,13.62 10.38,15.94 13.21,17.38L15.41,15.18C15.69,14.9 16.08,14.82 16.43,14.93C17.55,15.3 18.75,15.5 20,15.5M12,3H14V5H12M15,3H21V5H15M12,6H14V8H12M15,6H21V8H15M12,9H14V11H12M15,9H21V11H15";var q="M23.71,16.67C20.66,13.77 16.54,12 12,12C7.46,12 3.34,13.77 0.29,16.67C0.11,16.85 0,17.1 0,17.38C0,17.65 0.11,17.9 0.29,18.08L2.77,20.56C2.95,20.74 3.2,20.86 3.5,20.86C3.75,20.86 4,20.75 4.18,20.57C4.97,19.83 5.86,19.21 6.84,18.72C7.17,18.56 7.4,18.22 7.4,17.82V14.72C8.85,14.25 10.39,14 12,14C13.6,14 15.15,14.25 16.6,14.72V17.82C16.6,18.22 16.83,18.56 17.16,18.72C18.14,19.21 19.03,19.83 19.82,20.57C20,20.75 20.25,20.86 20.5,20.86C20.8,20.86 21.05,20.74 21.23,20.56L23.71,18.08C23.89,17.9 24,17.65 24,17.38C24,17.1 23.89,16.85 23.71,16.67M6.5,5.5L12,11L19,4L18,3L12,9L7.5,4.5H11V3H5V9H6.5V5.5Z";var o1="M20.22,2.5L2.5,20.22L3.77,21.5L8.65,16.62C11.76,19.43 15.81,21 20,21A1,1 0 0,0 21,20V16.5A1,1 0 0,0 20,15.5C18.75,15.5 17.55,15.3 16.43,14.93C16.08,14.82 15.69,14.9 15.41,15.18L13.21,17.38C12.06,16.8 11,16.06 10.06,15.21L21.5,3.77L20.22,2.5M4,3A1,1 0 0,0 3,4C3,7.57 4.14,11.05 6.24,13.94L7.66,12.5C7.28,11.97 6.93,11.39 6.62,10.79L8.82,8.59C9.1,8.31 9.18,7.92 9.07,7.57C8.7,6.45 8.5,5.25 8.5,4A1,1 0 0,0 7.5,3H4Z";var o2="M4,3A1,1 0 0,0 3,4A17,17 0 0,0 20,21A1,1 0 0,0 21,20V16.5A1,1 0 0,0 20,15.5C18.75,15.5 17.55,15.3 16.43,14.93C16.08,14.82 15.69,14.9 15.41,15.17L13.21,17.37C10.38,15.93 8.06,13.62 6.62,10.78L8.82,8.57C9.1,8.31 9.18,7.92 9.07,7.57C8.7,6.45 8.5,5.25 8.5,4A1,1 0 0,0 7.5,3H4M15,3V4.5H18.5L13,10L14,11L19.5,5.5V9H21V3H15Z";var A1="M19,10H21V3H19M20,15.5C18.75,15.5 17.55,15.3 16.43,14.93C16.08,14.82 15.69,14.9 15.41,15.18L13.21,17.38C10.38,15.94 8.06,13.62 6.62,10.79L8.82,8.59C9.1,8.31 9.18,7.92 9.07,7.57C8.7,6.45 8.5,5.25 8.5,4A1,1 0 0,0 7.5,3H4A1,1 0 0,0 3,4A17,17 0 0,0 20,21A1,1 0 0,0 21,20V16.5A1,1 0 0,0 20,15.5M17,3H15V10H17V3Z";var a1="M23.71 16.67C20.66 13.78 16.54 12 12 12S3.34 13.78.29 16.67c-.18.18-.29.43-.29.71 0 .28.11.53.29.71l2.48 2.48c.18.18.43.29.71.29.27 0 .52-.11.7-.28.79-.74 1.69-1.36 2.66-1.85.33-.16.56-.5.56-.9v-3.1c1.45-.48 3-.73 4.6-.73s3.15.25 4.6.72v3.1c0 .39.23.74.56.9.98.49 1.87 1.12 2.66 1.85.18.18.43.28.7.28.28 0 .53-.11.71-.29l2.48-2.48c.18-.18.29-.43.29-.71a.99.99 0 0 0-.29-.7zM21.16 6.26l-1.41-1.41-3.56 3.55 1.41 1.41s3.45-3.52 3.56-3.55zM13 2h-2v5h2V2zM6.4 9.81L7.81 8.4 4.26 4.84 2.84 6.26c.11.03 3.56 3.55 3.56 3.55z";var d1="M8,5.14V19.14L19,12.14L8,5.14Z";var A2="M18,18H6V6H18V18Z";var a2="M21,9L17,5V8H10V10H17V13M7,11L3,15L7,19V16H14V14H7V11Z";var d2="M6,2H18V8H18V8L14,12L18,16V16H18V22H6V16H6V16L10,12L6,8V8H6V2M16,16.5L12,12.5L8,16.5V20H16V16.5M12,11.5L16,7.5V4H8V7.5L12,11.5M10,6H14V6.75L12,8.75L10,6.75V6Z";var p2="M18.5,15A3.5,3.5 0 0,1 15,11.5A3.5,3.5 0 0,1 18.5,8A3.5,3.5 0 0,1 22,11.5A3.5,3.5 0 0,1 18.5,15M5.5,15A3.5,3.5 0 0,1 2,11.5A3.5,3.5 0 0,1 5.5,8A3.5,3.5 0 0,1 9,11.5A3.5,3.5 0 0,1 5.5,15M18.5,6A5.5,5.5 0 0,0 13,11.5C13,12.83 13.47,14.05 14.26,15H9.74C10.53,14.05 11,12.83 11,11.5A5.5,5.5 0 0,0 5.5,6A5.5,5.5 0 0,0 0,11.5A5.5,5.5 0 0,0 5.5,17H18.5A5.5,5.5 0 0,0 24,11.5A5.5,5.5 0 0,0 18.5,6Z";var p1=globalThis,m1=p1.ShadowRoot&&(p1.ShadyCSS===void 0||p1.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,T1=Symbol(),m2=new WeakMap,j=class{constructor(H,C,V){if(this._$cssResult$=!0,V!==T1)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=H,this.t=C}get styleSheet(){let H=this.o,C=this.t;if(m1&&H===void 0){let V=C!==void 0&&C.length===1;V&&(H=m2.get(C)),H===void 0&&((this.o=H=new CSSStyleSheet).replaceSync(this.cssText),V&&m2.set(C,H))}return H}toString(){return this.cssText}},n2=M=>new j(typeof M=="string"?M:M+"",void 0,T1),c=(M,...H)=>{let C=M.length===1?M[0]:H.reduce((V,L,r)=>V+(e=>{if(e._$cssResult$===!0)return e.cssText;if(typeof e=="number")return e;throw Error("Value passed to 'css' function must be a 'css' function result: "+e+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(L)+M[r+1],M[0]);return new j(C,M,T1)},v2=(M,H)=>{if(m1)M.adoptedStyleSheets=H.map(C=>C instanceof CSSStyleSheet?C:C.styleSheet);else for(let C of H){let V=document.createElement("style"),L=p1.litNonce;L!==void 0&&V.setAttribute("nonce",L),V.textContent=C.cssText,M.appendChild(V)}},F1=m1?M=>M:M=>M instanceof CSSStyleSheet?(H=>{let C="";for(let V of H.cssRules)C+=V.cssText;return n2(C)})(M):M;var{is:H5,defineProperty:V5,getOwnPropertyDescriptor:L5,getOwnPropertyNames:M5,getOwnPropertySymbols:r5,getPrototypeOf:e5}=Object,n1=globalThis,x2=n1.trustedTypes,t5=x2?x2.emptyScript:"",i5=n1.reactiveElementPolyfillSupport,X=(M,H)=>M,Y={toAttribute(M,H){switch(H){case Boolean:M=M?t5:null;break;case Object:case Array:M=M==null?M:JSON.stringify(M)}return M},fromAttribute(M,H){let C=M;switch(H){case Boolean:C=M!==null;break;case Number:C=M===null?null:Number(M);break;case Object:case Array:try{C=JSON.parse(M)}catch{C=null}}return C}},v1=(M,H)=>!H5(M,H),l2={attribute:!0,type:String,converter:Y,reflect:!1,useDefault:!1,hasChanged:v1};Symbol.metadata??=Symbol("metadata"),n1.litPropertyMetadata??=new WeakMap;var y=class extends HTMLElement{static addInitializer(H){this._$Ei(),(this.l??=[]).push(H)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(H,C=l2){if(C.state&&(C.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(H)&&((C=Object.create(C)).wrapped=!0),this.elementProperties.set(H,C),!C.noAccessor){let V=Symbol(),L=this.getPropertyDescriptor(H,V,C);L!==void 0&&V5(this.prototype,H,L)}}static getPropertyDescriptor(H,C,V){let{get:L,set:r}=L5(this.prototype,H)??{get(){return this[C]},set(e){this[C]=e}};return{get:L,set(e){let i=L?.call(this);r?.call(this,e),this.requestUpdate(H,i,V)},configurable:!0,enumerable:!0}}static getPropertyOptions(H){return this.elementProperties.get(H)??l2}static _$Ei(){if(this.hasOwnProperty(X("elementProperties")))return;let H=e5(this);H.finalize(),H.l!==void 0&&(this.l=[...H.l]),this.elementProperties=new Map(H.elementProperties)}static finalize(){if(this.hasOwnProperty(X("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(X("properties"))){let C=this.properties,V=[...M5(C),...r5(C)];for(let L of V)this.createProperty(L,C[L])}let H=this[Symbol.metadata];if(H!==null){let C=litPropertyMetadata.get(H);if(C!==void 0)for(let[V,L]of C)this.elementProperties.set(V,L)}this._$Eh=new Map;for(let[C,V]of this.elementProperties){let L=this._$Eu(C,V);L!==void 0&&this._$Eh.set(L,C)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(H){let C=[];if(Array.isArray(H)){let V=new Set(H.flat(1/0).reverse());for(let L of V)C.unshift(F1(L))}else H!==void 0&&C.push(F1(H));return C}static _$Eu(H,C){let V=C.attribute;return V===!1?void 0:typeof V=="string"?V:typeof H=="string"?H.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(H=>this.enableUpdating=H),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(H=>H(this))}addController(H){(this._$EO??=new Set).add(H),this.renderRoot!==void 0&&this.isConnected&&H.hostConnected?.()}removeController(H){this._$EO?.delete(H)}_$E_(){let H=new Map,C=this.constructor.elementProperties;for(let V of C.keys())this.hasOwnProperty(V)&&(H.set(V,this[V]),delete this[V]);H.size>0&&(this._$Ep=H)}createRenderRoot(){let H=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return v2(H,this.constructor.elementStyles),H}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(H=>H.hostConnected?.())}enableUpdating(H){}disconnectedCallback(){this._$EO?.forEach(H=>H.hostDisconnected?.())}attributeChangedCallback(H,C,V){this._$AK(H,V)}_$ET(H,C){let V=this.constructor.elementProperties.get(H),L=this.constructor._$Eu(H,V);if(L!==void 0&&V.reflect===!0){let r=(V.converter?.toAttribute!==void 0?V.converter:Y).toAttribute(C,V.type);this._$Em=H,r==null?this.removeAttribute(L):this.setAttribute(L,r),this._$Em=null}}_$AK(H,C){let V=this.constructor,L=V._$Eh.get(H);if(L!==void 0&&this._$Em!==L){let r=V.getPropertyOptions(L),e=typeof r.converter=="function"?{fromAttribute:r.converter}:r.converter?.fromAttribute!==void 0?r.converter:Y;this._$Em=L;let i=e.fromAttribute(C,r.type);this[L]=i??this._$Ej?.get(L)??i,this._$Em=null}}requestUpdate(H,C,V,L=!1,r){if(H!==void 0){let e=this.constructor;if(L===!1&&(r=this[H]),V??=e.getPropertyOptions(H),!((V.hasChanged??v1)(r,C)||V.useDefault&&V.reflect&&r===this._$Ej?.get(H)&&!this.hasAttribute(e._$Eu(H,V))))return;this.C(H,C,V)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(H,C,{useDefault:V,reflect:L,wrapped:r},e){V&&!(this._$Ej??=new Map).has(H)&&(this._$Ej.set(H,e??C??this[H]),r!==!0||e!==void 0)||(this._$AL.has(H)||(this.hasUpdated||V||(C=void 0),this._$AL.set(H,C)),L===!0&&this._$Em!==H&&(this._$Eq??=new Set).add(H))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(C){Promise.reject(C)}let H=this.scheduleUpdate();return H!=null&&await H,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[L,r]of this._$Ep)this[L]=r;this._$Ep=void 0}let V=this.constructor.elementProperties;if(V.size>0)for(let[L,r]of V){let{wrapped:e}=r,i=this[L];e!==!0||this._$AL.has(L)||i===void 0||this.C(L,void 0,r,i)}}let H=!1,C=this._$AL;try{H=this.shouldUpdate(C),H?(this.willUpdate(C),this._$EO?.forEach(V=>V.hostUpdate?.()),this.update(C)):this._$EM()}catch(V){throw H=!1,this._$EM(),V}H&&this._$AE(C)}willUpdate(H){}_$AE(H){this._$EO?.forEach(C=>C.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(H)),this.updated(H)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(H){return!0}update(H){this._$Eq&&=this._$Eq.forEach(C=>this._$ET(C,this[C])),this._$EM()}updated(H){}firstUpdated(H){}};y.elementStyles=[],y.shadowRootOptions={mode:"open"},y[X("elementProperties")]=new Map,y[X("finalized")]=new Map,i5?.({ReactiveElement:y}),(n1.reactiveElementVersions??=[]).push("2.1.2");var E1=globalThis,Z2=M=>M,x1=E1.trustedTypes,s2=x1?x1.createPolicy("lit-html",{createHTML:M=>M}):void 0,D1="$lit$",B=`lit$${Math.random().toFixed(9).slice(2)}$`,$1="?"+B,o5=`<${$1}>`,D=document,C1=()=>D.createComment(""),H1=M=>M===null||typeof M!="object"&&typeof M!="function",_1=Array.isArray,f2=M=>_1(M)||typeof M?.[Symbol.iterator]=="function",R1=`[ 	
\f\r]`,J=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,S2=/-->/g,u2=/>/g,R=RegExp(`>|${R1}(?:([^\\s"'>=/]+)(${R1}*=${R1}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),c2=/'/g,h2=/"/g,g2=/^(?:script|style|textarea|title)$/i,W1=M=>(H,...C)=>({_$litType$:M,strings:H,values:C}),A=W1(1),k2=W1(2),_5=W1(3),O=Symbol.for("lit-noChange"),a=Symbol.for("lit-nothing"),O2=new WeakMap,E=D.createTreeWalker(D,129);function b2(M,H){if(!_1(M)||!M.hasOwnProperty("raw"))throw Error("invalid template strings array");return s2!==void 0?s2.createHTML(H):H}var y2=(M,H)=>{let C=M.length-1,V=[],L,r=H===2?"<svg>":H===3?"<math>":"",e=J;for(let i=0;i<C;i++){let t=M[i],m,Z,d=-1,v=0;for(;v<t.length&&(e.lastIndex=v,Z=e.exec(t),Z!==null);)v=e.lastIndex,e===J?Z[1]==="!--"?e=S2:Z[1]!==void 0?e=u2:Z[2]!==void 0?(g2.test(Z[2])&&(L=RegExp("</"+Z[2],"g")),e=R):Z[3]!==void 0&&(e=R):e===R?Z[0]===">"?(e=L??J,d=-1):Z[1]===void 0?d=-2:(d=e.lastIndex-Z[2].length,m=Z[1],e=Z[3]===void 0?R:Z[3]==='"'?h2:c2):e===h2||e===c2?e=R:e===S2||e===u2?e=J:(e=R,L=void 0);let n=e===R&&M[i+1].startsWith("/>")?" ":"";r+=e===J?t+o5:d>=0?(V.push(m),t.slice(0,d)+D1+t.slice(d)+B+n):t+B+(d===-2?i:n)}return[b2(M,r+(M[C]||"<?>")+(H===2?"</svg>":H===3?"</math>":"")),V]},V1=class M{constructor({strings:H,_$litType$:C},V){let L;this.parts=[];let r=0,e=0,i=H.length-1,t=this.parts,[m,Z]=y2(H,C);if(this.el=M.createElement(m,V),E.currentNode=this.el.content,C===2||C===3){let d=this.el.content.firstChild;d.replaceWith(...d.childNodes)}for(;(L=E.nextNode())!==null&&t.length<i;){if(L.nodeType===1){if(L.hasAttributes())for(let d of L.getAttributeNames())if(d.endsWith(D1)){let v=Z[e++],n=L.getAttribute(d).split(B),s=/([.?@])?(.*)/.exec(v);t.push({type:1,index:r,name:s[2],strings:n,ctor:s[1]==="."?Z1:s[1]==="?"?s1:s[1]==="@"?S1:_}),L.removeAttribute(d)}else d.startsWith(B)&&(t.push({type:6,index:r}),L.removeAttribute(d));if(g2.test(L.tagName)){let d=L.textContent.split(B),v=d.length-1;if(v>0){L.textContent=x1?x1.emptyScript:"";for(let n=0;n<v;n++)L.append(d[n],C1()),E.nextNode(),t.push({type:2,index:++r});L.append(d[v],C1())}}}else if(L.nodeType===8)if(L.data===$1)t.push({type:2,index:r});else{let d=-1;for(;(d=L.data.indexOf(B,d+1))!==-1;)t.push({type:7,index:r}),d+=B.length-1}r++}}static createElement(H,C){let V=D.createElement("template");return V.innerHTML=H,V}};function $(M,H,C=M,V){if(H===O)return H;let L=V!==void 0?C._$Co?.[V]:C._$Cl,r=H1(H)?void 0:H._$litDirective$;return L?.constructor!==r&&(L?._$AO?.(!1),r===void 0?L=void 0:(L=new r(M),L._$AT(M,C,V)),V!==void 0?(C._$Co??=[])[V]=L:C._$Cl=L),L!==void 0&&(H=$(M,L._$AS(M,H.values),L,V)),H}var l1=class{constructor(H,C){this._$AV=[],this._$AN=void 0,this._$AD=H,this._$AM=C}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(H){let{el:{content:C},parts:V}=this._$AD,L=(H?.creationScope??D).importNode(C,!0);E.currentNode=L;let r=E.nextNode(),e=0,i=0,t=V[0];for(;t!==void 0;){if(e===t.index){let m;t.type===2?m=new I(r,r.nextSibling,this,H):t.type===1?m=new t.ctor(r,t.name,t.strings,this,H):t.type===6&&(m=new u1(r,this,H)),this._$AV.push(m),t=V[++i]}e!==t?.index&&(r=E.nextNode(),e++)}return E.currentNode=D,L}p(H){let C=0;for(let V of this._$AV)V!==void 0&&(V.strings!==void 0?(V._$AI(H,V,C),C+=V.strings.length-2):V._$AI(H[C])),C++}},I=class M{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(H,C,V,L){this.type=2,this._$AH=a,this._$AN=void 0,this._$AA=H,this._$AB=C,this._$AM=V,this.options=L,this._$Cv=L?.isConnected??!0}get parentNode(){let H=this._$AA.parentNode,C=this._$AM;return C!==void 0&&H?.nodeType===11&&(H=C.parentNode),H}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(H,C=this){H=$(this,H,C),H1(H)?H===a||H==null||H===""?(this._$AH!==a&&this._$AR(),this._$AH=a):H!==this._$AH&&H!==O&&this._(H):H._$litType$!==void 0?this.$(H):H.nodeType!==void 0?this.T(H):f2(H)?this.k(H):this._(H)}O(H){return this._$AA.parentNode.insertBefore(H,this._$AB)}T(H){this._$AH!==H&&(this._$AR(),this._$AH=this.O(H))}_(H){this._$AH!==a&&H1(this._$AH)?this._$AA.nextSibling.data=H:this.T(D.createTextNode(H)),this._$AH=H}$(H){let{values:C,_$litType$:V}=H,L=typeof V=="number"?this._$AC(H):(V.el===void 0&&(V.el=V1.createElement(b2(V.h,V.h[0]),this.options)),V);if(this._$AH?._$AD===L)this._$AH.p(C);else{let r=new l1(L,this),e=r.u(this.options);r.p(C),this.T(e),this._$AH=r}}_$AC(H){let C=O2.get(H.strings);return C===void 0&&O2.set(H.strings,C=new V1(H)),C}k(H){_1(this._$AH)||(this._$AH=[],this._$AR());let C=this._$AH,V,L=0;for(let r of H)L===C.length?C.push(V=new M(this.O(C1()),this.O(C1()),this,this.options)):V=C[L],V._$AI(r),L++;L<C.length&&(this._$AR(V&&V._$AB.nextSibling,L),C.length=L)}_$AR(H=this._$AA.nextSibling,C){for(this._$AP?.(!1,!0,C);H!==this._$AB;){let V=Z2(H).nextSibling;Z2(H).remove(),H=V}}setConnected(H){this._$AM===void 0&&(this._$Cv=H,this._$AP?.(H))}},_=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(H,C,V,L,r){this.type=1,this._$AH=a,this._$AN=void 0,this.element=H,this.name=C,this._$AM=L,this.options=r,V.length>2||V[0]!==""||V[1]!==""?(this._$AH=Array(V.length-1).fill(new String),this.strings=V):this._$AH=a}_$AI(H,C=this,V,L){let r=this.strings,e=!1;if(r===void 0)H=$(this,H,C,0),e=!H1(H)||H!==this._$AH&&H!==O,e&&(this._$AH=H);else{let i=H,t,m;for(H=r[0],t=0;t<r.length-1;t++)m=$(this,i[V+t],C,t),m===O&&(m=this._$AH[t]),e||=!H1(m)||m!==this._$AH[t],m===a?H=a:H!==a&&(H+=(m??"")+r[t+1]),this._$AH[t]=m}e&&!L&&this.j(H)}j(H){H===a?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,H??"")}},Z1=class extends _{constructor(){super(...arguments),this.type=3}j(H){this.element[this.name]=H===a?void 0:H}},s1=class extends _{constructor(){super(...arguments),this.type=4}j(H){this.element.toggleAttribute(this.name,!!H&&H!==a)}},S1=class extends _{constructor(H,C,V,L,r){super(H,C,V,L,r),this.type=5}_$AI(H,C=this){if((H=$(this,H,C,0)??a)===O)return;let V=this._$AH,L=H===a&&V!==a||H.capture!==V.capture||H.once!==V.once||H.passive!==V.passive,r=H!==a&&(V===a||L);L&&this.element.removeEventListener(this.name,this,V),r&&this.element.addEventListener(this.name,this,H),this._$AH=H}handleEvent(H){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,H):this._$AH.handleEvent(H)}},u1=class{constructor(H,C,V){this.element=H,this.type=6,this._$AN=void 0,this._$AM=C,this.options=V}get _$AU(){return this._$AM._$AU}_$AI(H){$(this,H)}},B2={M:D1,P:B,A:$1,C:1,L:y2,R:l1,D:f2,V:$,I,H:_,N:s1,U:S1,B:Z1,F:u1},A5=E1.litHtmlPolyfillSupport;A5?.(V1,I),(E1.litHtmlVersions??=[]).push("3.3.3");var P2=(M,H,C)=>{let V=C?.renderBefore??H,L=V._$litPart$;if(L===void 0){let r=C?.renderBefore??null;V._$litPart$=L=new I(H.insertBefore(C1(),r),r,void 0,C??{})}return L._$AI(M),L};var N1=globalThis,h=class extends y{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let H=super.createRenderRoot();return this.renderOptions.renderBefore??=H.firstChild,H}update(H){let C=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(H),this._$Do=P2(C,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return O}};h._$litElement$=!0,h.finalized=!0,N1.litElementHydrateSupport?.({LitElement:h});var a5=N1.litElementPolyfillSupport;a5?.({LitElement:h});(N1.litElementVersions??=[]).push("4.2.2");var d5={attribute:!0,type:String,converter:Y,reflect:!1,hasChanged:v1},p5=(M=d5,H,C)=>{let{kind:V,metadata:L}=C,r=globalThis.litPropertyMetadata.get(L);if(r===void 0&&globalThis.litPropertyMetadata.set(L,r=new Map),V==="setter"&&((M=Object.create(M)).wrapped=!0),r.set(C.name,M),V==="accessor"){let{name:e}=C;return{set(i){let t=H.get.call(this);H.set.call(this,i),this.requestUpdate(e,t,M,!0,i)},init(i){return i!==void 0&&this.C(e,void 0,M,i),i}}}if(V==="setter"){let{name:e}=C;return function(i){let t=this[e];H.call(this,i),this.requestUpdate(e,t,M,!0,i)}}throw Error("Unsupported decorator location: "+V)};function x(M){return(H,C)=>typeof C=="object"?p5(M,H,C):((V,L,r)=>{let e=L.hasOwnProperty(r);return L.constructor.createProperty(r,V),e?Object.getOwnPropertyDescriptor(L,r):void 0})(M,H,C)}function S(M){return x({...M,state:!0,attribute:!1})}var W=(M,H,C)=>(C.configurable=!0,C.enumerable=!0,Reflect.decorate&&typeof H!="object"&&Object.defineProperty(M,H,C),C);function w2(M,H){return(C,V,L)=>{let r=e=>e.renderRoot?.querySelector(M)??null;if(H){let{get:e,set:i}=typeof V=="object"?C:L??(()=>{let t=Symbol();return{get(){return this[t]},set(m){this[t]=m}}})();return W(C,V,{get(){let t=e.call(this);return t===void 0&&(t=r(this),(t!==null||this.hasUpdated)&&i.call(this,t)),t}})}return W(C,V,{get(){return r(this)}})}}var T2={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},c1=M=>(...H)=>({_$litDirective$:M,values:H}),U=class{constructor(H){}get _$AU(){return this._$AM._$AU}_$AT(H,C,V){this._$Ct=H,this._$AM=C,this._$Ci=V}_$AS(H,C){return this.update(H,C)}update(H,C){return this.render(...C)}};var m5={},h1=c1(class extends U{constructor(){super(...arguments),this.ot=m5}render(M,H){return H()}update(M,[H,C]){if(Array.isArray(H)){if(Array.isArray(this.ot)&&this.ot.length===H.length&&H.every((V,L)=>V===this.ot[L]))return O}else if(this.ot===H)return O;return this.ot=Array.isArray(H)?Array.from(H):H,this.render(H,C)}});var{I:n5}=B2,F2=M=>M;var R2=()=>document.createComment(""),Q=(M,H,C)=>{let V=M._$AA.parentNode,L=H===void 0?M._$AB:H._$AA;if(C===void 0){let r=V.insertBefore(R2(),L),e=V.insertBefore(R2(),L);C=new n5(r,e,M,M.options)}else{let r=C._$AB.nextSibling,e=C._$AM,i=e!==M;if(i){let t;C._$AQ?.(M),C._$AM=M,C._$AP!==void 0&&(t=M._$AU)!==e._$AU&&C._$AP(t)}if(r!==L||i){let t=C._$AA;for(;t!==r;){let m=F2(t).nextSibling;F2(V).insertBefore(t,L),t=m}}}return C},w=(M,H,C=M)=>(M._$AI(H,C),M),v5={},E2=(M,H=v5)=>M._$AH=H,D2=M=>M._$AH,O1=M=>{M._$AR(),M._$AA.remove()};var $2=(M,H,C)=>{let V=new Map;for(let L=H;L<=C;L++)V.set(M[L],L);return V},T=c1(class extends U{constructor(M){if(super(M),M.type!==T2.CHILD)throw Error("repeat() can only be used in text expressions")}dt(M,H,C){let V;C===void 0?C=H:H!==void 0&&(V=H);let L=[],r=[],e=0;for(let i of M)L[e]=V?V(i,e):e,r[e]=C(i,e),e++;return{values:r,keys:L}}render(M,H,C){return this.dt(M,H,C).values}update(M,[H,C,V]){let L=D2(M),{values:r,keys:e}=this.dt(H,C,V);if(!Array.isArray(L))return this.ut=e,r;let i=this.ut??=[],t=[],m,Z,d=0,v=L.length-1,n=0,s=r.length-1;for(;d<=v&&n<=s;)if(L[d]===null)d++;else if(L[v]===null)v--;else if(i[d]===e[n])t[n]=w(L[d],r[n]),d++,n++;else if(i[v]===e[s])t[s]=w(L[v],r[s]),v--,s--;else if(i[d]===e[s])t[s]=w(L[d],r[s]),Q(M,t[s+1],L[d]),d++,s--;else if(i[v]===e[n])t[n]=w(L[v],r[n]),Q(M,L[d],L[v]),v--,n++;else if(m===void 0&&(m=$2(e,n,s),Z=$2(i,d,v)),m.has(i[d]))if(m.has(i[v])){let b=Z.get(e[n]),B1=b!==void 0?L[b]:null;if(B1===null){let j1=Q(M,L[d]);w(j1,r[n]),t[n]=j1}else t[n]=w(B1,r[n]),Q(M,L[d],B1),L[b]=null;n++}else O1(L[v]),v--;else O1(L[d]),d++;for(;n<=s;){let b=Q(M,t[s+1]);w(b,r[n]),t[n++]=b}for(;d<=v;){let b=L[d++];b!==null&&O1(b)}return this.ut=e,E2(M,t),O}});var F=c`
  :host {
    --idle: var(--success-color, #43a047);
    --ring: var(--warning-color, #ffa600);
    --talk: var(--info-color, #039be5);
    --hold: color-mix(in srgb, #7e57c2 75%, var(--primary-text-color));
    --off: var(--secondary-text-color, #727272);
    --bad: var(--error-color, #db4437);
    --soft: color-mix(in srgb, var(--primary-text-color) 5%, transparent);
    --round: var(--ha-border-radius-lg, 12px);
    display: block;
    color: var(--primary-text-color);
  }
  [hidden] {
    display: none !important;
  }
  .icon {
    width: 24px;
    height: 24px;
    fill: currentColor;
    flex: none;
    display: block;
  }
  .small {
    width: 18px;
    height: 18px;
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  button,
  input,
  select {
    font: inherit;
    color: inherit;
    margin: 0;
  }
  button {
    border: none;
    background: none;
    padding: 0;
    cursor: pointer;
    text-align: start;
    -webkit-tap-highlight-color: transparent;
  }
  button:disabled {
    cursor: default;
    opacity: 0.4;
  }
  :focus-visible {
    outline: 2px solid var(--primary-color);
    outline-offset: 2px;
  }
  .round {
    width: 44px;
    height: 44px;
    border-radius: 50%;
    display: inline-grid;
    place-items: center;
    flex: none;
    color: var(--secondary-text-color);
    transition: background-color 120ms;
  }
  .round:hover:not(:disabled) {
    background: color-mix(in srgb, currentColor 12%, transparent);
  }
  .round.filled {
    color: #fff;
    background: var(--fill);
  }
  .round.filled:hover:not(:disabled) {
    background: color-mix(in srgb, var(--fill) 85%, #000);
  }
  .go {
    --fill: #2e7d32;
  }
  .end {
    --fill: #c62828;
  }
  .round.on {
    color: var(--primary-color);
    background: color-mix(in srgb, var(--primary-color) 16%, transparent);
  }
  .cut {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    min-width: 0;
  }
  .dim {
    color: var(--secondary-text-color);
  }
  yeastar-since {
    font-variant-numeric: tabular-nums;
  }
  header {
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: 40px;
  }
  h2 {
    margin: 0;
    flex: 1;
    font-size: var(--ha-font-size-l, 16px);
    font-weight: var(--ha-font-weight-medium, 500);
    line-height: 1.4;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    border-radius: 999px;
    padding: 6px 12px;
    min-height: 20px;
    font-size: var(--ha-font-size-s, 12px);
    font-weight: var(--ha-font-weight-medium, 500);
    background: var(--soft);
  }
  .chip .icon {
    width: 16px;
    height: 16px;
  }
  .chip.missed .icon {
    color: var(--bad);
  }
  .message {
    padding: 24px 16px;
    text-align: center;
    color: var(--secondary-text-color);
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
      transition: none !important;
    }
  }
`;var L1,I1,f1,g1=M=>(M.language!==I1&&(I1=M.language,f1=Promise.all([M.loadBackendTranslation("common","yeastar"),M.loadBackendTranslation("selector","yeastar")]).then(([,H])=>{L1=H,f1=void 0},()=>{I1=void 0,f1=void 0})),f1),o=(M,H)=>L1?.(`component.yeastar.common.card_${M}`,H)||M,_2=M=>L1?.(`component.yeastar.selector.outcome.options.${M}`)||M,M1=M=>L1?.(`component.yeastar.entity.sensor.connected_party.state.${M}`)||M,W2=M=>M&&L1?.(`component.yeastar.entity.sensor.extension_state.state.${M}`)||o("unknown");var N2="yeastar-phone",N=(M,H)=>M.device_id===H||M.number===H||M.entity_id===H,U1=M=>!!M?.control&&!!M.device_id,g=class extends h{constructor(){super(...arguments);this.busy=!1;this.preview=!1;this.isWaitingForTexts=!0}setConfig(C){this.config=C,this._hass&&this.feed.follow(this._hass,C.config_entry_id)}set hass(C){let V=this._hass;this._hass=C;let L=g1(C);this.isWaitingForTexts=!!L,L?.then(()=>{this.isWaitingForTexts=!1,this.requestUpdate()}),this.config&&this.feed.follow(C,this.config.config_entry_id),(!V||V.language!==C.language||this.concerns(V,C))&&this.requestUpdate()}get hass(){return this._hass}concerns(C,V){return!1}shouldUpdate(){return!!this._hass&&!!this.config&&!this.isWaitingForTexts}get entryId(){return this.feed.pbx?.config_entry_id}usualPhone(){let C=this.config?.phone,V=[...this.feed.extensions.values()].filter(e=>U1(e)||e.control&&C&&N(e,C)),L=localStorage.getItem(N2),r=C&&V.find(e=>N(e,C))||V.find(e=>e.number===L)||V[0];return r?r.number:""}remember(C){localStorage.setItem(N2,C)}async perform(C,V){this.busy=!0;try{return await this.hass.callService("yeastar",C,{config_entry_id:this.entryId,...V}),!0}catch{return!1}finally{this.busy=!1}}moreInfo(C){let V=new CustomEvent("hass-more-info",{detail:{entityId:C},bubbles:!0,composed:!0});this.dispatchEvent(V)}problem(){let{feed:C}=this,V=C.error==="choose_pbx"||C.error==="not_found"?C.error:"waiting";if(!(C.pbx&&C.loaded&&(!C.error||!C.available)))return C.loaded===void 0&&!C.error?A`<div class="message"></div>`:A`<div class="message" role="status">${o(V)}</div>`}heading(C){return this.config?.title??C}static{this.styles=[F,c`
      ha-card {
        box-sizing: border-box;
        height: 100%;
        display: flex;
        flex-direction: column;
        gap: 12px;
        padding: 12px;
      }
      .stale {
        opacity: 0.55;
      }
    `]}};p([S()],g.prototype,"config",2),p([S()],g.prototype,"busy",2);var G=class{constructor(H,C,V){this.host=H;this.parts=C;this.told=V;this.extensions=new Map;this.calls=new Map;this.missed=0;this.available=!0;this.attempt=0;this.retryIn=1e3;this.offset=0;this.restart=()=>{this.retryIn=1e3,this.subscribe()};this.lost=()=>{this.unsubscribe=void 0,this.available=!1,this.host.requestUpdate()};this.subscribe=async()=>{clearTimeout(this.retryTimer),this.attempt+=1;let H=this.attempt;try{let C=await this.hass.connection.subscribeMessage(V=>H===this.attempt&&this.apply(V),{type:"yeastar/subscribe_calls",parts:this.parts,...this.entryId?{config_entry_id:this.entryId}:{}},{resubscribe:!1});if(H!==this.attempt){C().catch(()=>{});return}this.unsubscribe=C,this.retryIn=1e3}catch(C){if(H!==this.attempt)return;this.error=C?.code??"unknown",this.host.requestUpdate(),this.retryTimer=window.setTimeout(this.subscribe,this.retryIn),this.retryIn=Math.min(2*this.retryIn,3e4)}};H.addController(this)}follow(H,C){let V=this.hass?.connection!==H.connection||this.entryId!==C;V&&this.stop(),this.hass=H,this.entryId=C,V&&this.host.isConnected&&this.start()}hostConnected(){this.hass&&this.start()}hostDisconnected(){this.stop()}local(H){return(typeof H=="string"?Date.parse(H):H*1e3)-this.offset}start(){let H=this.hass?.connection;H?.addEventListener("ready",this.restart),H?.addEventListener("disconnected",this.lost),this.subscribe()}stop(){let H=this.hass?.connection;H?.removeEventListener("ready",this.restart),H?.removeEventListener("disconnected",this.lost),this.attempt+=1,clearTimeout(this.retryTimer),this.unsubscribe?.().catch(()=>{}),this.unsubscribe=void 0}apply(H){this.error=void 0,H.whole&&(this.extensions.clear(),this.calls.clear()),H.now!==void 0&&(this.offset=H.now*1e3-Date.now()),this.loaded=H.loaded??this.loaded,this.available=H.available??this.available,this.pbx=H.pbx??this.pbx,this.missed=H.missed??this.missed;for(let C of H.extensions??[])this.extensions.set(C.number,C);for(let C of H.extensions_gone??[])this.extensions.delete(C);for(let C of H.calls??[])this.calls.set(C.call_id,C);for(let C of H.calls_gone??[])this.calls.delete(C);this.told?.(H),this.host.requestUpdate()}};var Q1={entity:[{integration:"yeastar",domain:"binary_sensor",device_class:"connectivity"}]},U2={name:"title",selector:{text:{}}},Q2={name:"config_entry_id",selector:{config_entry:{integration:"yeastar"}}},G2={name:"phone",selector:{device:Q1}},x5=M=>({value:M,label:o(`choice_${M}`)}),I2=(M,H=!1)=>({select:{multiple:H,mode:H?"list":"dropdown",options:M.map(x5)}}),z2=M=>async()=>{let H=document.querySelector("home-assistant");return H?.hass&&await g1(H.hass),{schema:M(),computeLabel:({name:C})=>o(`field_${C}`),computeHelper:({name:C})=>["phone","extensions","popup","extension"].includes(C)?o(`help_${C}`):void 0}},K2=z2(()=>[U2,Q2,G2,{name:"extensions",selector:{device:{...Q1,multiple:!0}}},{name:"sort",selector:I2(["number","name"])},{name:"hide",selector:I2(["calls","dial","phones"],!0)},{name:"popup",selector:{boolean:{}}}]),q2=z2(()=>[U2,Q2,G2,{name:"extension",selector:{device:Q1}},{name:"only_missed",selector:{boolean:{}}}]);var l=(M,H="")=>A`<svg class="icon ${H}" viewBox="0 0 24 24" aria-hidden="true">${l5(M)}</svg>`,l5=M=>k2`<path d=${M}></path>`;var k1=new Set,G1,z1=M=>String(M).padStart(2,"0"),K1=M=>{let H=Math.max(0,Math.floor(M)),C=Math.floor(H/3600),V=Math.floor(H/60)%60;return C?`${C}:${z1(V)}:${z1(H%60)}`:`${V}:${z1(H%60)}`},Z5=()=>{let M=Date.now();for(let H of k1)H.show(M)},b1=class extends HTMLElement{constructor(){super(...arguments);this.moment=0}set since(C){Math.abs(C-this.moment)<1e3||(this.moment=C,this.show(Date.now()))}connectedCallback(){this.role="timer",k1.add(this),G1??=window.setInterval(Z5,1e3),this.show(Date.now())}disconnectedCallback(){k1.delete(this),k1.size||(clearInterval(G1),G1=void 0)}show(C){let V=K1((C-this.moment)/1e3);this.textContent!==V&&(this.textContent=V)}};var s5=30,z=class extends g{constructor(){super(...arguments);this.feed=new G(this,["extensions","log"],C=>this.told(C));this.rows=new Map;this.next=null;this.isLoading=!1;this.asked=0;this.formats=new Map;this.loadPage=async(C=!1)=>{if(this.isLoading)return;let V=C===!0;this.isLoading=!0,this.asked+=1;let L=this.asked,r=this.number();try{let e=await this.hass.callWS({type:"yeastar/call_log",config_entry_id:this.entryId,limit:s5,missed:!!this.isFiltered,...r?{extension:r}:{},...this.next&&!V?{before:this.next}:{}});if(L!==this.asked)return;V&&this.rows.clear();for(let i of e.calls)this.rows.set(i.call_id,i);this.next=e.next}catch{}finally{L===this.asked&&(this.isLoading=!1,this.requestUpdate())}}}static getConfigForm(){return q2()}static getStubConfig(){return{}}setConfig(C){let V=this.config;super.setConfig(C),V&&V.extension!==C.extension&&this.reload(),V?.only_missed!==C.only_missed&&this.filter(!!C.only_missed)}getCardSize(){return 6}getGridOptions(){return{columns:12,min_columns:6,rows:"auto",min_rows:4}}disconnectedCallback(){super.disconnectedCallback(),this.stop()}render(){return A`<ha-card>
      ${this.header()} ${this.problem()??(this.rows.size?this.list():this.nobody())}
    </ha-card>`}header(){let{feed:C}=this,V=C.pbx?.mark_seen_entity_id;return A`<header>
      ${l(i2,"dim")}
      <h2 class="cut">${this.heading(o("call_log"))}</h2>
      <button
        class="chip missed ${this.isFiltered?"on":""}"
        aria-pressed=${!!this.isFiltered}
        @click=${()=>this.filter(!this.isFiltered)}
      >
        ${l(q)}${C.missed?o("missed_count",{count:C.missed}):o("missed")}
      </button>
      ${C.missed&&V?A`<button
            class="round"
            aria-label=${o("mark_seen")}
            title=${o("mark_seen")}
            @click=${()=>this.markSeen(V)}
          >
            ${l(C2)}
          </button>`:a}
    </header>`}nobody(){return A`<div class="message" role="status">
      ${this.isLoading?a:o(this.isFiltered?"no_missed":"no_calls")}
    </div>`}list(){let C=[...this.rows.values()].sort(S5),V=new Map;for(let L of C){let r=this.day(L.started),e=V.get(r);e?e.push(L):V.set(r,[L])}return A`<div class="list" tabindex="0" role="group" aria-label=${o("call_log")}>
      ${T(V,([L])=>L,([L,r])=>A`<h3>${L}</h3>
            <ul>
              ${T(r,e=>e.call_id,e=>h1([e,this.playing===e.call_id,this.busy,this.hass.language],()=>this.row(e)))}
            </ul>`)}
      ${this.next?A`<button class="older" @click=${this.loadPage} ?disabled=${this.isLoading}>
            ${o("older")}
          </button>`:a}
    </div>`}row(C){let V=C.direction==="outbound"||C.direction==="callback",[L,r]=V?[C.to_name,C.to]:[C.from_name,C.from],e=L||r||M1(C.caller_id??"unknown_number"),i=V?C.from_name||C.from:C.answered_by_name||C.answered_by||C.to_name||C.to,[t,m]=this.sign(C),Z=C.outcome==="answered"?K1(C.talk_seconds):_2(C.outcome);return A`<li class="${m} ${C.unseen?"unseen":""}">
      <span class="lamp">${l(t)}</span>
      <span class="who">
        <span class="first">
          <span class="hidden">${o(`direction_${C.direction}`)}:</span>
          <bdi class="cut name">${e}</bdi>
          ${C.unseen?A`<span class="hidden">${o("unseen")}</span>`:a}
        </span>
        <span class="cut dim">
          <time datetime=${C.started}>${this.time(C.started)}</time> · ${C.missed?o("missed"):Z}${i?A` · <bdi>${i}</bdi>`:a}
        </span>
      </span>
      ${C.media_content_id?this.playButton(C):a}
      ${r&&this.feed.extensions.size?A`<button
            class="round back"
            aria-label=${o("call_back",{name:e})}
            title=${o("call_back",{name:e})}
            ?disabled=${this.busy}
            @click=${()=>this.callBack(C,r)}
          >
            ${l(P)}
          </button>`:a}
    </li>`}playButton(C){let V=this.playing===C.call_id,L=o(V?"stop":"play");return A`<button
      class="round"
      aria-label=${L}
      title=${L}
      @click=${()=>V?this.stop():this.play(C)}
    >
      ${l(V?A2:d1)}
    </button>`}sign(C){return C.missed?[q,"bad"]:C.outcome==="voicemail"?[p2,"hold"]:C.outcome!=="answered"&&C.outcome!=="transferred"?[e2,"off"]:C.direction==="inbound"?[t2,"idle"]:C.direction==="internal"?[a2,"talk"]:[o2,"talk"]}zone(){let{locale:C,config:V}=this.hass;return C.time_zone==="server"?V.time_zone:void 0}format(C,V){let{locale:L}=this.hass,r=JSON.stringify([L,this.zone(),C]),e=this.formats.get(r);return e||(e=new Intl.DateTimeFormat(L.language,{...C,timeZone:this.zone()}),this.formats.set(r,e)),e.format(typeof V=="string"?Date.parse(V):V)}time(C){let V=this.hass.locale.time_format,L=V==="12"?!0:V==="24"?!1:void 0;return this.format({hour:"numeric",minute:"2-digit",hour12:L},C)}day(C){let V={weekday:"long",day:"numeric",month:"long"},L=this.format(V,C);return L===this.format(V,Date.now())?o("today"):L===this.format(V,Date.now()-864e5)?o("yesterday"):L}concerns(C,V){return C.locale!==V.locale}told(C){C.whole&&this.reload();for(let V of C.ended??[])this.fits(V)?this.rows.set(V.call_id,V):this.rows.delete(V.call_id);for(let V of C.ended_gone??[])this.rows.delete(V);if(C.missed===0)for(let V of this.rows.values())V.unseen&&this.rows.set(V.call_id,{...V,unseen:!1})}number(){let C=this.config.extension;return C?[...this.feed.extensions.values()].find(L=>N(L,C))?.number??C:void 0}fits(C){let V=this.number();return(!this.isFiltered||C.missed)&&(!V||C.extensions.includes(V))}filter(C){this.isFiltered=C,this.feed.loaded&&this.reload()}reload(){this.next=null,this.isLoading=!1,this.loadPage(!0)}async callBack(C,V){let{extensions:L}=this.feed,r=[C.direction==="outbound"?C.from:C.answered_by,...C.extensions],e=!this.config.phone&&r.find(i=>i&&i!==V&&U1(L.get(i)))||this.usualPhone();e&&await this.perform("dial",{extension:e,number:V})}async markSeen(C){try{await this.hass.callService("button","press",{entity_id:C})}catch{}}async play(C){this.stop(),this.playing=C.call_id;try{let{url:V}=await this.hass.callWS({type:"media_source/resolve_media",media_content_id:C.media_content_id});if(this.playing!==C.call_id)return;this.audio=new Audio(V),this.audio.addEventListener("ended",()=>this.stop()),await this.audio.play()}catch{this.stop()}}stop(){this.audio?.pause(),this.audio=void 0,this.playing=void 0}static{this.styles=[...g.styles,c`
      .chip.on {
        color: #fff;
        background: #c62828;
      }
      .chip.on .icon {
        color: #fff;
      }
      .list {
        overflow-y: auto;
        max-height: 480px;
        margin-inline: -4px;
        padding-inline: 4px;
        outline-offset: -2px;
        border-radius: 8px;
      }
      h3 {
        position: sticky;
        top: 0;
        z-index: 1;
        margin: 0;
        padding: 6px 0;
        font-size: var(--ha-font-size-s, 12px);
        font-weight: var(--ha-font-weight-medium, 500);
        color: var(--secondary-text-color);
        background: var(--ha-card-background, var(--card-background-color, #fff));
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li {
        --tone: var(--talk);
        display: flex;
        align-items: center;
        gap: 12px;
        min-height: 56px;
        content-visibility: auto;
        contain-intrinsic-height: 56px;
      }
      .bad {
        --tone: var(--bad);
      }
      .idle {
        --tone: var(--idle);
      }
      .hold {
        --tone: var(--hold);
      }
      .off {
        --tone: var(--off);
      }
      .lamp {
        width: 36px;
        height: 36px;
        border-radius: 50%;
        display: grid;
        place-items: center;
        flex: none;
        color: var(--tone);
        background: color-mix(in srgb, var(--tone) 16%, transparent);
      }
      .lamp .icon {
        width: 20px;
        height: 20px;
      }
      .who {
        display: flex;
        flex-direction: column;
        flex: 1;
        min-width: 0;
      }
      .first {
        display: flex;
        align-items: center;
        min-width: 0;
      }
      .unseen .name {
        font-weight: var(--ha-font-weight-bold, 700);
      }
      .unseen .first::after {
        content: "";
        width: 8px;
        height: 8px;
        margin-inline-start: 8px;
        border-radius: 50%;
        flex: none;
        background: var(--bad);
      }
      .dim {
        font-size: var(--ha-font-size-s, 12px);
        line-height: 1.5;
      }
      .back {
        color: color-mix(in srgb, var(--idle) 75%, var(--primary-text-color));
      }
      .older {
        width: 100%;
        min-height: 44px;
        text-align: center;
        border-radius: 8px;
        color: var(--primary-text-color);
        background: var(--soft);
      }
    `]}};p([S()],z.prototype,"isFiltered",2),p([S()],z.prototype,"playing",2);var S5=(M,H)=>M.started<H.started?1:M.started>H.started?-1:M.call_id<H.call_id?1:-1;var u5={ringing:a1,waiting:d2,talking:i1,on_hold:A1},u=class extends h{constructor(){super(...arguments);this.from="";this.to="";this.since=0;this.until=0;this.busy=!1;this.muted=!1;this.large=!1;this.isMoving=!1}render(){let{call:C}=this,V=C.offered_until?"ringing":C.status??"ringing",L=V==="ringing"&&C.direction==="inbound";return A`<div class="call ${V} ${L?"loud":""}">
      <div class="sign">${l(u5[V])}</div>
      <div class="who">
        <div class="sides">
          <bdi class="cut name">${this.from}</bdi>
          ${l(Y1,"small arrow")}
          <bdi class="cut name">${this.to}</bdi>
        </div>
        <div class="dim cut">
          ${C.offered_until?o("asks"):o(`status_${V}`)}
          <yeastar-since .since=${this.since}></yeastar-since>
          ${this.more(C.from_name&&C.direction==="inbound"?C.from:"")}
          ${this.more(C.trunk??"")}
        </div>
      </div>
      ${C.control?A`<div class="buttons">${this.buttons(V)}</div>`:a}
      ${this.isMoving?this.transferPanel():a}
    </div>`}more(C){return C?A`· <bdi>${C}</bdi>`:a}buttons(C){let{call:V}=this;if(V.offered_until){let e=Math.max(0,(this.until-Date.now())/1e3);return A`${this.button("refuse_call",o1,"filled end")}
        <span class="accept" style="--left: ${e}s">
          ${this.button("accept_call",P,"filled go")}
        </span>`}let L=C==="talking",r=C==="on_hold";return A`
      ${L?this.muted?this.button("unmute",M2,"on"):this.button("mute",L2):a}
      ${L?this.button("hold",r2):a}
      ${r?this.button("resume",d1,"on"):a}
      ${V.transferable&&(L||r||V.direction==="inbound")?A`<button
            class="round ${this.isMoving?"on":""}"
            aria-label=${this.named("transfer")}
            title=${o("transfer")}
            aria-expanded=${this.isMoving}
            @click=${this.toggleTransfer}
          >
            ${l(w1)}
          </button>`:a}
      ${this.button("hang_up",t1,"filled end")}
    `}button(C,V,L=""){return A`<button
      class="round ${L}"
      aria-label=${this.named(C)}
      title=${o(C)}
      ?disabled=${this.busy}
      @click=${()=>this.act(C)}
    >
      ${l(V)}
    </button>`}named(C){return`${o(C)}: ${this.from}, ${this.to}`}transferPanel(){return A`<div class="panel" role="group" aria-label=${o("transfer")}>
      <yeastar-picker
        .hass=${this.hass}
        .entryId=${this.entryId}
        .label=${o("transfer_to")}
        .target=${this.target}
        @picker-changed=${C=>{this.target=C.detail}}
        @picker-enter=${this.move}
      ></yeastar-picker>
      <button
        class="round filled go"
        aria-label=${o("transfer_now")}
        title=${o("transfer_now")}
        ?disabled=${!this.target||this.busy}
        @click=${this.move}
      >
        ${l(w1)}
      </button>
      <button class="round" aria-label=${o("cancel")} @click=${this.toggleTransfer}>
        ${l(r1)}
      </button>
    </div>`}async toggleTransfer(){this.isMoving=!this.isMoving,this.target=void 0,await this.updateComplete;let C=this.isMoving?"yeastar-picker":"[aria-expanded]";this.renderRoot.querySelector(C)?.focus()}move(){this.target&&this.act("transfer",this.target),this.isMoving=!1,this.target=void 0}act(C,V){let L={verb:C,call:this.call,target:V};this.dispatchEvent(new CustomEvent("act",{detail:L,bubbles:!0,composed:!0}))}static{this.styles=[F,c`
      .call {
        --tone: var(--talk);
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 12px;
        padding: 8px 12px;
        border-radius: var(--round);
        background: color-mix(in srgb, var(--tone) 9%, transparent);
      }
      .ringing,
      .waiting {
        --tone: var(--ring);
      }
      .on_hold {
        --tone: var(--hold);
      }
      .sign {
        width: 40px;
        height: 40px;
        border-radius: 50%;
        display: grid;
        place-items: center;
        color: var(--tone);
        background: color-mix(in srgb, var(--tone) 18%, transparent);
      }
      .loud .sign {
        animation: pulse 1.2s ease-out infinite;
      }
      .loud .sign .icon {
        animation: shake 1.2s ease-in-out infinite;
      }
      @keyframes pulse {
        0% {
          box-shadow: 0 0 0 0 color-mix(in srgb, var(--tone) 55%, transparent);
        }
        80%,
        100% {
          box-shadow: 0 0 0 10px transparent;
        }
      }
      @keyframes shake {
        0%,
        40%,
        100% {
          rotate: 0deg;
        }
        10%,
        30% {
          rotate: -14deg;
        }
        20% {
          rotate: 14deg;
        }
      }
      .who {
        flex: 1 1 190px;
        min-width: 0;
      }
      .sides {
        display: flex;
        align-items: center;
        gap: 6px;
      }
      .name {
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .arrow {
        color: var(--secondary-text-color);
        width: 16px;
      }
      .arrow:dir(rtl) {
        scale: -1 1;
      }
      .dim {
        font-size: var(--ha-font-size-s, 12px);
        line-height: 1.5;
      }
      .buttons {
        display: flex;
        gap: 4px;
        margin-inline-start: auto;
      }
      .accept {
        position: relative;
        display: inline-grid;
      }
      .accept::after {
        content: "";
        position: absolute;
        inset: -3px;
        border-radius: 50%;
        pointer-events: none;
        padding: 3px;
        background: conic-gradient(var(--idle) var(--angle), transparent 0);
        mask:
          linear-gradient(#000 0 0) content-box exclude,
          linear-gradient(#000 0 0);
        animation: left var(--left) linear forwards;
      }
      @keyframes left {
        from {
          --angle: 360deg;
        }
        to {
          --angle: 0deg;
        }
      }
      .panel {
        flex: 1 0 100%;
        display: flex;
        align-items: center;
        gap: 8px;
        padding-block: 4px;
      }
      .panel yeastar-picker {
        flex: 1;
      }
      :host([large]) .call {
        background: none;
        padding: 0;
      }
      :host([large]) .name {
        font-size: var(--ha-font-size-xl, 20px);
      }
      :host([large]) .sign {
        width: 56px;
        height: 56px;
      }
    `]}};p([x({attribute:!1})],u.prototype,"hass",2),p([x({attribute:!1})],u.prototype,"entryId",2),p([x({attribute:!1})],u.prototype,"call",2),p([x()],u.prototype,"from",2),p([x()],u.prototype,"to",2),p([x({type:Number})],u.prototype,"since",2),p([x({type:Number})],u.prototype,"until",2),p([x({type:Boolean})],u.prototype,"busy",2),p([x({type:Boolean})],u.prototype,"muted",2),p([x({type:Boolean,reflect:!0})],u.prototype,"large",2),p([S()],u.prototype,"isMoving",2),p([S()],u.prototype,"target",2);try{CSS.registerProperty({name:"--angle",syntax:"<angle>",inherits:!1,initialValue:"360deg"})}catch{}var k=class extends h{constructor(){super(...arguments);this.phones=[];this.from="";this.busy=!1}render(){let C=!!this.target&&this.target.number===this.from;return A`<div class="row" role="group" aria-label=${o("dial_group")}>
      <yeastar-picker
        .hass=${this.hass}
        .entryId=${this.entryId}
        .label=${o("name_or_number")}
        .target=${this.target}
        @picker-changed=${this.targetChanged}
        @picker-enter=${this.dial}
      ></yeastar-picker>
      <label class="from">
        <span class="dim">${o("from")}</span>
        <select aria-label=${o("from_phone")} @change=${this.fromChanged}>
          ${T(this.phones,V=>V.number,V=>A`<option value=${V.number} .selected=${V.number===this.from}>
                ${V.name}
              </option>`)}
        </select>
        ${l(V2,"small")}
      </label>
      <button
        class="round filled go"
        ?disabled=${!this.target||!this.from||C||this.busy}
        aria-label=${o("call")}
        title=${C?o("same_phone"):o("call")}
        @click=${this.dial}
      >
        ${l(P)}
      </button>
    </div>`}targetChanged(C){this.target=C.detail,this.dispatchEvent(new CustomEvent("target-changed",{detail:C.detail}))}fromChanged(C){let V=C.target.value;this.dispatchEvent(new CustomEvent("from-changed",{detail:V}))}dial(){if(!this.target||!this.from||this.target.number===this.from||this.busy)return;let C={from:this.from,number:this.target.number};this.dispatchEvent(new CustomEvent("dialled",{detail:C}))}static{this.styles=[F,c`
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      yeastar-picker {
        flex: 3 1 200px;
      }
      .from {
        position: relative;
        flex: 1 1 130px;
        display: flex;
        align-items: center;
        gap: 6px;
        min-width: 0;
        padding-inline-start: 14px;
        height: 44px;
        border-radius: 22px;
        background: var(--soft);
      }
      .from .icon {
        position: absolute;
        inset-inline-end: 10px;
        pointer-events: none;
      }
      select {
        appearance: none;
        flex: 1;
        min-width: 0;
        height: 100%;
        border: none;
        border-radius: 22px;
        padding: 0;
        padding-inline-end: 30px;
        background: none;
        text-overflow: ellipsis;
        cursor: pointer;
      }
      option {
        color: initial;
      }
    `]}};p([x({attribute:!1})],k.prototype,"hass",2),p([x({attribute:!1})],k.prototype,"entryId",2),p([x({attribute:!1})],k.prototype,"phones",2),p([x()],k.prototype,"from",2),p([x({attribute:!1})],k.prototype,"target",2),p([x({type:Boolean})],k.prototype,"busy",2);var c5={idle:P,ringing:a1,in_call:i1,on_hold:A1,unregistered:o1,malfunction:P1,no_port:P1},h5=["ringing","in_call","on_hold"],K=class extends g{constructor(){super(...arguments);this.feed=new G(this,["calls","extensions"],({calls_gone:C=[]})=>{for(let V of C)this.muted.delete(V),this.dismissed.delete(V)});this.from="";this.muted=new Set;this.dismissed=new Set;this.phones=[];this.isShown=C=>{let V=this.config.extensions;return V?.length?C.extensions.some(L=>{let r=this.feed.extensions.get(L);return r&&V.some(e=>N(r,e))}):!0}}static getConfigForm(){return K2()}static getStubConfig(){return{}}getCardSize(){return 4+Math.ceil(this.feed.extensions.size/2)}getGridOptions(){return{columns:12,min_columns:6,rows:"auto",min_rows:3}}concerns(C,V){for(let{do_not_disturb_entity_id:L}of this.feed.extensions.values())if(L&&C.states[L]?.state!==V.states[L]?.state)return!0;return!1}render(){let C=this.problem(),{feed:V}=this,L=this.sortedCalls(),r=e=>!this.config.hide?.includes(e);return A`<ha-card>
      ${this.header()}
      ${C??A`<div class="content ${V.available?"":"stale"}">
        <div class="hidden" role="status">${this.announcement(L)}</div>
        ${r("calls")&&L.length?this.callList(L):a}
        ${r("dial")?this.dialBar():a} ${r("phones")?this.board():a}
        ${this.config.popup&&!this.preview?this.popup(L):a}
      </div>`}
    </ha-card>`}updated(C){let V=this.renderRoot.querySelector(".popup");V&&!V.matches(":popover-open")&&V.showPopover?.()}header(){let{feed:C}=this;return A`<header>
      ${l(e1,"dim")}
      <h2 class="cut">${this.heading(C.pbx?.name??o("phones"))}</h2>
      ${C.available||C.loaded===void 0?a:A`<span class="chip" role="status">${l(H2)}${o("away")}</span>`}
      ${C.missed?A`<button
            class="chip missed"
            @click=${()=>this.moreInfo(C.pbx?.missed_entity_id)}
          >
            ${l(q)}${o("missed_count",{count:C.missed})}
          </button>`:a}
    </header>`}callList(C){return A`<div class="calls" role="list" aria-label=${o("calls")} @act=${this.act}>
      ${T(C,V=>V.call_id,V=>A`<div role="listitem">${this.callRow(V)}</div>`)}
    </div>`}callRow(C,V=!1){let{from:L,to:r}=this.sides(C);return A`<yeastar-call-row
      .hass=${this.hass}
      .entryId=${this.entryId}
      .call=${C}
      .from=${L}
      .to=${r}
      .since=${this.feed.local(C.answered??C.started)}
      .until=${C.offered_until?this.feed.local(C.offered_until):0}
      .busy=${this.busy}
      .muted=${this.muted.has(C.call_id)}
      ?large=${V}
    ></yeastar-call-row>`}dialBar(){return this.phones=O5(this.phones,this.shown().filter(C=>C.control)),this.phones.length?A`<yeastar-dial
      .hass=${this.hass}
      .entryId=${this.entryId}
      .phones=${this.phones}
      .from=${this.phone()}
      .target=${this.target}
      .busy=${this.busy}
      @target-changed=${C=>{this.target=C.detail}}
      @from-changed=${C=>{this.from=C.detail,this.remember(this.from)}}
      @dialled=${this.dial}
    ></yeastar-dial>`:a}board(){let C=this.talkingSince(),{hass:V,target:L}=this;return A`<div class="board" role="group" aria-label=${o("phones")}>
      ${T(this.shown(),r=>r.number,r=>{let e=!!r.do_not_disturb_entity_id&&V.states[r.do_not_disturb_entity_id]?.state==="on",i=L?.number===r.number,t=C.get(r.number)??0;return h1([r,e,i,t,V.language],()=>this.tile(r,e,i,t))})}
    </div>`}tile(C,V,L,r){let e=V&&C.state==="idle"?o("do_not_disturb"):W2(C.state),i=h5.includes(C.state),t=i&&C.party?M1(C.party):null;return A`<button
      class="tile ${C.state??"unregistered"} ${V?"quiet":""}"
      aria-pressed=${L}
      @click=${()=>this.select(C)}
    >
      <span class="lamp">
        ${l(V&&!i?J1:C.state?c5[C.state]:t1)}
        ${C.missed?A`<span class="count" title=${o("missed_count",{count:C.missed})}
              >${C.missed}</span
            >`:a}
      </span>
      <span class="text">
        <bdi class="cut name">${C.name}</bdi>
        ${t?A`<span class="dim line">
              <span class="hidden">${e}</span>
              <bdi class="cut">${t}</bdi>
              ${r?A`<span>· <yeastar-since .since=${r}></yeastar-since></span>`:a}
            </span>`:A`<span class="dim cut"><span class="number">${C.number}</span> · ${e}</span>`}
      </span>
    </button>`}popup(C){let V=C.find(L=>y1(L)&&!this.dismissed.has(L.call_id));return V?A`<div
      class="popup"
      popover="manual"
      role="region"
      aria-label=${o("incoming")}
      @act=${this.act}
      @keydown=${L=>L.key==="Escape"&&this.dismiss(V)}
    >
      <div class="inner">
        ${this.callRow(V,!0)}
        <button
          class="round"
          aria-label=${o("dismiss")}
          title=${o("dismiss")}
          @click=${()=>this.dismiss(V)}
        >
          ${l(r1)}
        </button>
      </div>
    </div>`:a}shown(){let C=this.config.extensions,V=[...this.feed.extensions.values()].filter(r=>C?.length?C.some(e=>N(r,e)):r.device_id),L=(r,e)=>r.number.length-e.number.length||(r.number<e.number?-1:1);return V.sort(this.config.sort==="name"?(r,e)=>r.name.localeCompare(e.name):L)}sortedCalls(){return[...this.feed.calls.values()].filter(this.isShown).sort((C,V)=>Number(y1(V))-Number(y1(C))||(C.started<V.started?-1:1))}talkingSince(){let C=new Map;for(let V of this.feed.calls.values()){if(!V.answered)continue;let L=this.feed.local(V.answered),r=Math.round(L/1e3)*1e3;for(let e of[V.answered_by,V.from,V.to])e&&this.feed.extensions.has(e)&&C.set(e,r)}return C}name(C){return this.feed.extensions.get(C)?.name??C}sides(C){let V=C.from_name||C.from||M1(C.caller_id??"unknown_number"),L=C.to_name||C.to;if(C.answered_by&&C.direction==="inbound")L=this.name(C.answered_by);else if(C.direction==="inbound"){let r=C.extensions.filter(e=>this.feed.extensions.get(e)?.state==="ringing");r.length&&(L=r.slice(0,2).map(e=>this.name(e)).join(", "),r.length>2&&(L+=` +${r.length-2}`))}return{from:V,to:L||o("nobody_yet")}}announcement(C){let V=C.find(y1);return V?o("calls_whom",{...this.sides(V)}):""}phone(){return this.phones.some(C=>C.number===this.from)?this.from:this.usualPhone()}select(C){let V=this.target?.number===C.number;this.target=V?void 0:{number:C.number,name:C.name}}dismiss(C){this.dismissed.add(C.call_id),this.requestUpdate()}async dial(C){let{from:V,number:L}=C.detail;await this.perform("dial",{extension:V,number:L})&&(this.target=void 0)}async act(C){let{verb:V,call:L,target:r}=C.detail;!await this.perform(V,this.fields(C.detail))||r||(V==="mute"&&this.muted.add(L.call_id),V==="unmute"&&this.muted.delete(L.call_id),this.requestUpdate())}fields({verb:C,call:V,target:L}){switch(C){case"hold":case"resume":case"mute":case"unmute":return{extension:this.phoneIn(V)};case"transfer":return this.feed.extensions.has(L.number)?{call_id:V.call_id,extension:L.number}:{call_id:V.call_id,number:L.number,permission_of:this.phoneIn(V)??this.phone()};default:return{call_id:V.call_id}}}phoneIn(C){let V=C.extensions.filter(L=>this.feed.extensions.get(L)?.control);return[this.phone(),C.answered_by,C.from,V[0]].find(L=>L&&V.includes(L))}static{this.styles=[...g.styles,c`
      .content {
        display: flex;
        flex-direction: column;
        gap: 12px;
        min-height: 0;
      }
      .calls {
        display: flex;
        flex-direction: column;
        gap: 8px;
      }
      .calls:has(> :nth-child(8)) {
        max-height: 480px;
        overflow-y: auto;
      }
      .board {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(clamp(138px, 30%, 190px), 1fr));
        gap: 8px;
        min-height: 0;
        padding: 2px;
        margin: -2px;
      }
      .board:has(> :nth-child(41)) {
        max-height: 60vh;
        overflow-y: auto;
      }
      .board:has(> :nth-child(41)) > * {
        content-visibility: auto;
        contain-intrinsic-height: 56px;
      }
      .tile {
        --tone: var(--idle);
        display: flex;
        align-items: center;
        gap: 10px;
        min-height: 56px;
        padding: 8px;
        border-radius: var(--round);
        background: var(--soft);
        min-width: 0;
        transition:
          background-color 160ms,
          box-shadow 160ms;
      }
      .tile:hover {
        background: color-mix(in srgb, var(--tone) 12%, transparent);
      }
      .tile[aria-pressed="true"] {
        box-shadow: inset 0 0 0 2px var(--primary-color);
      }
      .ringing {
        --tone: var(--ring);
        background: color-mix(in srgb, var(--tone) 12%, transparent);
      }
      .in_call {
        --tone: var(--talk);
        background: color-mix(in srgb, var(--tone) 10%, transparent);
      }
      .on_hold {
        --tone: var(--hold);
        background: color-mix(in srgb, var(--tone) 10%, transparent);
      }
      .unregistered,
      .quiet.idle {
        --tone: var(--off);
      }
      .malfunction,
      .no_port {
        --tone: var(--bad);
      }
      .lamp {
        position: relative;
        width: 40px;
        height: 40px;
        border-radius: 50%;
        display: grid;
        place-items: center;
        flex: none;
        color: var(--tone);
        background: color-mix(in srgb, var(--tone) 18%, transparent);
      }
      .ringing .lamp {
        animation: pulse 1.2s ease-out infinite;
      }
      @keyframes pulse {
        0% {
          box-shadow: 0 0 0 0 color-mix(in srgb, var(--tone) 55%, transparent);
        }
        80%,
        100% {
          box-shadow: 0 0 0 10px transparent;
        }
      }
      .count {
        position: absolute;
        top: -4px;
        inset-inline-end: -6px;
        min-width: 18px;
        box-sizing: border-box;
        padding: 0 5px;
        border-radius: 9px;
        font-size: 11px;
        line-height: 18px;
        text-align: center;
        color: #fff;
        background: #c62828;
      }
      .text {
        display: flex;
        flex-direction: column;
        min-width: 0;
      }
      .name {
        font-weight: var(--ha-font-weight-medium, 500);
        line-height: 1.4;
      }
      .line {
        display: flex;
        gap: 4px;
      }
      .line span {
        flex: none;
      }
      .tile .dim {
        font-size: var(--ha-font-size-s, 12px);
        line-height: 1.4;
      }
      .number {
        font-variant-numeric: tabular-nums;
      }
      .popup {
        box-sizing: border-box;
        inset: 0 0 auto;
        width: 100%;
        margin: 0;
        border: none;
        padding: 16px max(16px, env(safe-area-inset-right)) 16px max(16px, env(safe-area-inset-left));
        padding-top: max(16px, env(safe-area-inset-top));
        color: var(--primary-text-color);
        background: var(--card-background-color, #fff);
        border-bottom: 4px solid var(--ring);
        box-shadow: 0 8px 32px rgb(0 0 0 / 0.4);
        overflow: visible;
      }
      .inner {
        display: flex;
        align-items: center;
        gap: 8px;
        max-width: 880px;
        margin: 0 auto;
      }
      .inner yeastar-call-row {
        flex: 1;
      }
    `]}};p([S()],K.prototype,"target",2),p([S()],K.prototype,"from",2);var y1=M=>M.direction==="inbound"&&!M.answered&&M.status!=="waiting",O5=(M,H)=>M.length===H.length&&M.every((C,V)=>C.number===H[V].number&&C.name===H[V].name)?M:H;var f5=8,j2=M=>M.normalize("NFKD").replace(/\p{M}/gu,"").toLowerCase(),q1=M=>M.replace(/[^\d+*#]/g,""),f=class extends h{constructor(){super(...arguments);this.label="";this.open=!1;this.active=-1;this.options=[];this.typed=""}willUpdate(C){C.has("target")&&this.target?.number!==this.typed&&(this.typed=this.target?.name||this.target?.number||"")}render(){return A`<input
        type="text"
        role="combobox"
        inputmode="text"
        enterkeyhint="go"
        autocomplete="off"
        spellcheck="false"
        aria-autocomplete="list"
        aria-controls="options"
        aria-expanded=${this.open}
        aria-activedescendant=${this.active>=0?`option-${this.active}`:a}
        aria-label=${this.label}
        placeholder=${this.label}
        .value=${this.typed}
        @focus=${this.focused}
        @blur=${this.close}
        @input=${this.changed}
        @keydown=${this.key}
      />
      <ul id="options" role="listbox" aria-label=${this.label} ?hidden=${!this.open}>
        ${this.options.map((C,V)=>A`<li
              id="option-${V}"
              role="option"
              aria-selected=${V===this.active}
              @pointerdown=${L=>L.preventDefault()}
              @click=${()=>this.pick(C)}
            >
              ${l(C.path)}
              <bdi class="cut">${C.name}</bdi>
              <bdi class="dim" dir="ltr">${C.number}</bdi>
            </li>`)}
      </ul>`}focus(){this.input.focus()}focused(){this.book=this.load(),this.input.select()}async load(){try{let C=await this.hass.callWS({type:"yeastar/phone_book",...this.entryId?{config_entry_id:this.entryId}:{}}),V=C.contacts.flatMap(({name:r,numbers:e})=>e.map(i=>({name:r,number:i,path:X1}))),L=C.extensions.map(r=>({...r,path:e1}));return[...V,...L].map(r=>({...r,key:j2(r.name)}))}catch{return[]}}async changed(){this.typed=this.input.value,this.tell(this.typed.trim()?{number:this.typed.trim(),name:""}:void 0);let C=this.typed,V=await this.book??[];C===this.typed&&this.search(V)}search(C){let V=j2(this.typed.trim()),L=q1(this.typed),r=i=>i.key.startsWith(V)||!!L&&q1(i.number).startsWith(L),e=i=>i.key.includes(V)||L.length>2&&q1(i.number).includes(L);this.options=V?[...C.filter(r),...C.filter(i=>!r(i)&&e(i))].slice(0,f5):[],this.open=this.options.length>0,this.active=-1}key(C){let V=this.options.length;switch(C.key){case"ArrowDown":case"ArrowUp":if(!this.open)return;C.preventDefault(),this.active=C.key==="ArrowDown"?(this.active+1)%V:(Math.max(this.active,0)+V-1)%V;break;case"Enter":this.open&&this.active>=0?this.pick(this.options[this.active]):this.target&&this.dispatchEvent(new CustomEvent("picker-enter")),this.close();break;case"Escape":this.open&&C.stopPropagation(),this.close();break}}pick(C){this.typed=C.name,this.close(),this.tell({number:C.number,name:C.name})}close(){this.open=!1,this.active=-1}tell(C){this.dispatchEvent(new CustomEvent("picker-changed",{detail:C}))}static{this.styles=[F,c`
      :host {
        position: relative;
      }
      input {
        box-sizing: border-box;
        width: 100%;
        height: 44px;
        border: 1px solid transparent;
        border-bottom-color: var(--secondary-text-color);
        border-radius: 8px 8px 0 0;
        padding: 0 12px;
        background: var(--soft);
        outline-offset: 0;
      }
      input::placeholder {
        color: var(--secondary-text-color);
        opacity: 1;
      }
      ul {
        position: absolute;
        z-index: 8;
        inset-inline: 0;
        top: 100%;
        margin: 4px 0 0;
        padding: 4px;
        list-style: none;
        border-radius: var(--round);
        background: var(--card-background-color, #fff);
        box-shadow:
          0 4px 16px rgb(0 0 0 / 0.25),
          0 0 0 1px var(--divider-color);
      }
      li {
        display: flex;
        align-items: center;
        gap: 12px;
        min-height: 44px;
        padding: 0 8px;
        border-radius: 8px;
        cursor: pointer;
      }
      li .icon {
        color: var(--secondary-text-color);
      }
      li .cut {
        flex: 1;
      }
      li:hover,
      li[aria-selected="true"] {
        background: color-mix(in srgb, var(--primary-color) 14%, transparent);
      }
    `]}};p([x({attribute:!1})],f.prototype,"hass",2),p([x({attribute:!1})],f.prototype,"entryId",2),p([x()],f.prototype,"label",2),p([x({attribute:!1})],f.prototype,"target",2),p([S()],f.prototype,"open",2),p([S()],f.prototype,"active",2),p([S()],f.prototype,"options",2),p([w2("input")],f.prototype,"input",2);var g5=["extension_state","connected_party","registered","do_not_disturb"],k5=["inbound_calls","outbound_calls","internal_calls","registered_extensions"],b5=["missed_calls","last_call","mark_missed_calls_seen"],X2=(M,H)=>{let C=M.entities[H];return C?.platform==="yeastar"?[C.translation_key??"",C.device_id]:[""]},y5=(M,H)=>{let[C,V]=X2(M,H),L={type:"custom:yeastar-phone-card"};return k5.includes(C)?{config:L}:g5.includes(C)?[{label:o("all_phones"),config:{...L,phone:V}},{label:o("this_phone"),config:{...L,phone:V,extensions:[V]}}]:null},B5=(M,H)=>{let[C,V]=X2(M,H),L={type:"custom:yeastar-call-log-card"};return b5.includes(C)?{config:L}:C!=="extension_missed_calls"?null:{config:{...L,phone:V,extension:V}}},Y2={"yeastar-phone-card":y5,"yeastar-call-log-card":B5};var P5={"yeastar-since":b1,"yeastar-picker":f,"yeastar-dial":k,"yeastar-call-row":u,"yeastar-phone-card":K,"yeastar-call-log-card":z},w5=[{type:"yeastar-phone-card",name:"Yeastar phones",description:"Phones, calls and a field to dial."},{type:"yeastar-call-log-card",name:"Yeastar call log",description:"Recent and missed calls."}];if(!customElements.get("yeastar-phone-card")){for(let[H,C]of Object.entries(P5))customElements.define(H,C);let M=window;M.customCards??=[];for(let H of w5)M.customCards.push({...H,preview:!0,documentationURL:"https://github.com/yeastar-home-assistant/yeastar#cards",getEntitySuggestion:Y2[H.type]})}
/*! Bundled license information:

@lit/reactive-element/css-tag.js:
  (**
   * @license
   * Copyright 2019 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

@lit/reactive-element/reactive-element.js:
lit-html/lit-html.js:
lit-element/lit-element.js:
@lit/reactive-element/decorators/custom-element.js:
@lit/reactive-element/decorators/property.js:
@lit/reactive-element/decorators/state.js:
@lit/reactive-element/decorators/event-options.js:
@lit/reactive-element/decorators/base.js:
@lit/reactive-element/decorators/query.js:
@lit/reactive-element/decorators/query-all.js:
@lit/reactive-element/decorators/query-async.js:
@lit/reactive-element/decorators/query-assigned-nodes.js:
lit-html/directive.js:
lit-html/directives/repeat.js:
  (**
   * @license
   * Copyright 2017 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

lit-html/is-server.js:
  (**
   * @license
   * Copyright 2022 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

@lit/reactive-element/decorators/query-assigned-elements.js:
  (**
   * @license
   * Copyright 2021 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

lit-html/directives/guard.js:
  (**
   * @license
   * Copyright 2018 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

lit-html/directive-helpers.js:
  (**
   * @license
   * Copyright 2020 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)
*/
