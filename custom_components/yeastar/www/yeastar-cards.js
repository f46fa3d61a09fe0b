var m3=Object.defineProperty;var l3=Object.getOwnPropertyDescriptor;var d=(M,V,C,H)=>{for(var L=H>1?void 0:H?l3(V,C):V,e=M.length-1,r;e>=0;e--)(r=M[e])&&(L=(H?r(V,C,L):r(L))||L);return H&&L&&m3(V,C,L),L};var E2="M12,4A4,4 0 0,1 16,8A4,4 0 0,1 12,12A4,4 0 0,1 8,8A4,4 0 0,1 12,4M12,14C16.42,14 20,15.79 20,18V20H4V18C4,15.79 7.58,14 12,14Z";var $2="M10.63,14.1C12.23,10.58 16.38,9.03 19.9,10.63C23.42,12.23 24.97,16.38 23.37,19.9C22.24,22.4 19.75,24 17,24C14.3,24 11.83,22.44 10.67,20H1V18C1.06,16.86 1.84,15.93 3.34,15.18C4.84,14.43 6.72,14.04 9,14C9.57,14 10.11,14.05 10.63,14.1V14.1M9,4C10.12,4.03 11.06,4.42 11.81,5.17C12.56,5.92 12.93,6.86 12.93,8C12.93,9.14 12.56,10.08 11.81,10.83C11.06,11.58 10.12,11.95 9,11.95C7.88,11.95 6.94,11.58 6.19,10.83C5.44,10.08 5.07,9.14 5.07,8C5.07,6.86 5.44,5.92 6.19,5.17C6.94,4.42 7.88,4.03 9,4M17,22A5,5 0 0,0 22,17A5,5 0 0,0 17,12A5,5 0 0,0 12,17A5,5 0 0,0 17,22M16,14H17.5V16.82L19.94,18.23L19.19,19.53L16,17.69V14Z";var D2="M12,5.5A3.5,3.5 0 0,1 15.5,9A3.5,3.5 0 0,1 12,12.5A3.5,3.5 0 0,1 8.5,9A3.5,3.5 0 0,1 12,5.5M5,8C5.56,8 6.08,8.15 6.53,8.42C6.38,9.85 6.8,11.27 7.66,12.38C7.16,13.34 6.16,14 5,14A3,3 0 0,1 2,11A3,3 0 0,1 5,8M19,8A3,3 0 0,1 22,11A3,3 0 0,1 19,14C17.84,14 16.84,13.34 16.34,12.38C17.2,11.27 17.62,9.85 17.47,8.42C17.92,8.15 18.44,8 19,8M5.5,18.25C5.5,16.18 8.41,14.5 12,14.5C15.59,14.5 18.5,16.18 18.5,18.25V20H5.5V18.25M0,20V18.5C0,17.11 1.89,15.94 4.45,15.6C3.86,16.28 3.5,17.22 3.5,18.25V20H0M24,20H20.5V18.25C20.5,17.22 20.14,16.28 19.55,15.6C22.11,15.94 24,17.11 24,18.5V20Z";var N2="M19 17V19H7V17S7 13 13 13 19 17 19 17M16 8A3 3 0 1 0 13 11A3 3 0 0 0 16 8M19.2 13.06A5.6 5.6 0 0 1 21 17V19H24V17S24 13.55 19.2 13.06M18 5A2.91 2.91 0 0 0 17.11 5.14A5 5 0 0 1 17.11 10.86A2.91 2.91 0 0 0 18 11A3 3 0 0 0 18 5M8 10H5V7H3V10H0V12H3V15H5V12H8Z";var I2="M9,5A4,4 0 0,1 13,9A4,4 0 0,1 9,13A4,4 0 0,1 5,9A4,4 0 0,1 9,5M9,15C11.67,15 17,16.34 17,19V21H1V19C1,16.34 6.33,15 9,15M16.76,5.36C18.78,7.56 18.78,10.61 16.76,12.63L15.08,10.94C15.92,9.76 15.92,8.23 15.08,7.05L16.76,5.36M20.07,2C24,6.05 23.97,12.11 20.07,16L18.44,14.37C21.21,11.19 21.21,6.65 18.44,3.63L20.07,2Z";var W2="M4,11V13H16L10.5,18.5L11.92,19.92L19.84,12L11.92,4.08L10.5,5.5L16,11H4Z";var U2="M19,15.59L17.59,17L14,13.41L10.41,17L9,15.59L12.59,12L9,8.41L10.41,7L14,10.59L17.59,7L19,8.41L15.41,12L19,15.59M22,3A2,2 0 0,1 24,5V19A2,2 0 0,1 22,21H7C6.31,21 5.77,20.64 5.41,20.11L0,12L5.41,3.88C5.77,3.35 6.31,3 7,3H22M22,5H7L2.28,12L7,19H22V5Z";var G2="M22.72 19.5C22.74 19.33 22.75 19.17 22.75 19S22.74 18.67 22.72 18.5L23.77 17.68C23.87 17.61 23.89 17.5 23.83 17.36L22.83 15.64C22.77 15.53 22.64 15.5 22.53 15.53L21.28 16C21 15.83 20.75 15.66 20.44 15.54L20.25 14.21C20.23 14.09 20.13 14 20 14H18C17.88 14 17.77 14.09 17.75 14.21L17.57 15.54C17.25 15.66 17 15.83 16.72 16L15.5 15.53C15.37 15.5 15.23 15.53 15.17 15.64L14.17 17.36C14.11 17.5 14.14 17.61 14.23 17.68L15.29 18.5C15.27 18.67 15.25 18.84 15.25 19S15.27 19.33 15.29 19.5L14.23 20.32C14.14 20.39 14.11 20.53 14.17 20.64L15.17 22.37C15.23 22.5 15.37 22.5 15.5 22.5L16.72 21.97C17 22.17 17.25 22.34 17.57 22.47L17.75 23.79C17.77 23.91 17.88 24 18 24H20C20.13 24 20.23 23.91 20.25 23.79L20.44 22.47C20.75 22.34 21 22.17 21.28 21.97L22.53 22.5C22.64 22.5 22.77 22.5 22.83 22.37L23.83 20.64C23.89 20.53 23.87 20.39 23.77 20.32L22.72 19.5M19 20.75C18.04 20.75 17.25 19.97 17.25 19S18.04 17.25 19 17.25 20.75 18.03 20.75 19 19.97 20.75 19 20.75M12.08 20H3V19L5 17V11C5 7.9 7 5.2 10 4.3V4C10 2.9 10.9 2 12 2S14 2.9 14 4V4.3C17 5.2 19 7.9 19 11V12C18.31 12 17.63 12.11 17 12.29V11C17 8.2 14.8 6 12 6S7 8.2 7 11V18H12.08C12.03 18.33 12 18.66 12 19C12 19.34 12.03 19.67 12.08 20M12.3 21C12.5 21.6 12.74 22.17 13.06 22.69C12.75 22.88 12.39 23 12 23C10.9 23 10 22.1 10 21H12.3Z";var m1="M20.84,22.73L18.11,20H3V19L5,17V11C5,9.86 5.29,8.73 5.83,7.72L1.11,3L2.39,1.73L22.11,21.46L20.84,22.73M19,15.8V11C19,7.9 16.97,5.17 14,4.29C14,4.19 14,4.1 14,4A2,2 0 0,0 12,2A2,2 0 0,0 10,4C10,4.1 10,4.19 10,4.29C9.39,4.47 8.8,4.74 8.26,5.09L19,15.8M12,23A2,2 0 0,0 14,21H10A2,2 0 0,0 12,23Z",O1="M22.11,21.46L2.39,1.73L1.11,3L5.83,7.72C5.29,8.73 5,9.86 5,11V17L3,19V20H18.11L20.84,22.73L22.11,21.46M7,18V11C7,10.39 7.11,9.79 7.34,9.23L16.11,18H7M10,21H14A2,2 0 0,1 12,23A2,2 0 0,1 10,21M8.29,5.09C8.82,4.75 9.4,4.5 10,4.29C10,4.19 10,4.1 10,4A2,2 0 0,1 12,2A2,2 0 0,1 14,4C14,4.1 14,4.19 14,4.29C16.97,5.17 19,7.9 19,11V15.8L17,13.8V11A5,5 0 0,0 12,6C11.22,6 10.45,6.2 9.76,6.56L8.29,5.09Z";var Q2="M21,7L9,19L3.5,13.5L4.91,12.09L9,16.17L19.59,5.59L21,7Z",z2="M0.41,13.41L6,19L7.41,17.58L1.83,12M22.24,5.58L11.66,16.17L7.5,12L6.07,13.41L11.66,19L23.66,7M18,7L16.59,5.58L10.24,11.93L11.66,13.34L18,7Z";var K2="M7.41,8.58L12,13.17L16.59,8.58L18,10L12,16L6,10L7.41,8.58Z";var b1="M19,6.41L17.59,5L12,10.59L6.41,5L5,6.41L10.59,12L5,17.59L6.41,19L12,13.41L17.59,19L19,17.59L13.41,12L19,6.41Z";var q2="M19.8 22.6L17.15 20H6.5Q4.2 20 2.6 18.4T1 14.5Q1 12.58 2.19 11.08 3.38 9.57 5.25 9.15 5.33 8.95 5.4 8.76 5.5 8.57 5.55 8.35L1.4 4.2L2.8 2.8L21.2 21.2M6.5 18H15.15L7.1 9.95Q7.05 10.23 7.03 10.5 7 10.73 7 11H6.5Q5.05 11 4.03 12.03 3 13.05 3 14.5 3 15.95 4.03 17 5.05 18 6.5 18M11.13 14M21.6 18.75L20.15 17.35Q20.58 17 20.79 16.54 21 16.08 21 15.5 21 14.45 20.27 13.73 19.55 13 18.5 13H17V11Q17 8.93 15.54 7.46 14.08 6 12 6 11.33 6 10.7 6.16 10.07 6.33 9.5 6.68L8.05 5.23Q8.93 4.63 9.91 4.31 10.9 4 12 4 14.93 4 16.96 6.04 19 8.07 19 11 20.73 11.2 21.86 12.5 23 13.78 23 15.5 23 16.5 22.63 17.31 22.25 18.15 21.6 18.75M14.83 12.03Z";var j2="M12,19A2,2 0 0,0 10,21A2,2 0 0,0 12,23A2,2 0 0,0 14,21A2,2 0 0,0 12,19M6,1A2,2 0 0,0 4,3A2,2 0 0,0 6,5A2,2 0 0,0 8,3A2,2 0 0,0 6,1M6,7A2,2 0 0,0 4,9A2,2 0 0,0 6,11A2,2 0 0,0 8,9A2,2 0 0,0 6,7M6,13A2,2 0 0,0 4,15A2,2 0 0,0 6,17A2,2 0 0,0 8,15A2,2 0 0,0 6,13M18,5A2,2 0 0,0 20,3A2,2 0 0,0 18,1A2,2 0 0,0 16,3A2,2 0 0,0 18,5M12,13A2,2 0 0,0 10,15A2,2 0 0,0 12,17A2,2 0 0,0 14,15A2,2 0 0,0 12,13M18,13A2,2 0 0,0 16,15A2,2 0 0,0 18,17A2,2 0 0,0 20,15A2,2 0 0,0 18,13M18,7A2,2 0 0,0 16,9A2,2 0 0,0 18,11A2,2 0 0,0 20,9A2,2 0 0,0 18,7M12,7A2,2 0 0,0 10,9A2,2 0 0,0 12,11A2,2 0 0,0 14,9A2,2 0 0,0 12,7M12,1A2,2 0 0,0 10,3A2,2 0 0,0 12,5A2,2 0 0,0 14,3A2,2 0 0,0 12,1Z";var Y2="M7,13V11H21V13H7M7,19V17H21V19H7M7,7V5H21V7H7M3,8V5H2V4H4V8H3M2,17V16H5V20H2V19H4V18.5H3V17.5H4V17H2M4.25,10A0.75,0.75 0 0,1 5,10.75C5,10.95 4.92,11.14 4.79,11.27L3.12,13H5V14H2V13.08L4,11H2V10H4.25Z";var X2="M11,9H13V7H11M12,20C7.59,20 4,16.41 4,12C4,7.59 7.59,4 12,4C16.41,4 20,7.59 20,12C20,16.41 16.41,20 12,20M12,2A10,10 0 0,0 2,12A10,10 0 0,0 12,22A10,10 0 0,0 22,12A10,10 0 0,0 12,2M11,17H13V11H11V17Z";var J2="M9.5,3A6.5,6.5 0 0,1 16,9.5C16,11.11 15.41,12.59 14.44,13.73L14.71,14H15.5L20.5,19L19,20.5L14,15.5V14.71L13.73,14.44C12.59,15.41 11.11,16 9.5,16A6.5,6.5 0 0,1 3,9.5A6.5,6.5 0 0,1 9.5,3M9.5,5C7,5 5,7 5,9.5C5,12 7,14 9.5,14C12,14 14,12 14,9.5C14,7 12,5 9.5,5Z";var C5="M7,10L12,15L17,10H7Z";var H5="M12,2A3,3 0 0,1 15,5V11A3,3 0 0,1 12,14A3,3 0 0,1 9,11V5A3,3 0 0,1 12,2M19,11C19,14.53 16.39,17.44 13,17.93V21H11V17.93C7.61,17.44 5,14.53 5,11H7A5,5 0 0,0 12,16A5,5 0 0,0 17,11H19Z";var V5="M19,11C19,12.19 18.66,13.3 18.1,14.28L16.87,13.05C17.14,12.43 17.3,11.74 17.3,11H19M15,11.16L9,5.18V5A3,3 0 0,1 12,2A3,3 0 0,1 15,5V11L15,11.16M4.27,3L21,19.73L19.73,21L15.54,16.81C14.77,17.27 13.91,17.58 13,17.72V21H11V17.72C7.72,17.23 5,14.41 5,11H6.7C6.7,14 9.24,16.1 12,16.1C12.81,16.1 13.6,15.91 14.31,15.58L12.65,13.92L12,14A3,3 0 0,1 9,11V10.28L3,4.27L4.27,3Z";var L5="M13.2,11H10V7H13.2A2,2 0 0,1 15.2,9A2,2 0 0,1 13.2,11M13,3H6V21H10V15H13A6,6 0 0,0 19,9C19,5.68 16.31,3 13,3Z";var M5="M14,19H18V5H14M6,19H10V5H6V19Z";var P="M6.62,10.79C8.06,13.62 10.38,15.94 13.21,17.38L15.41,15.18C15.69,14.9 16.08,14.82 16.43,14.93C17.55,15.3 18.75,15.5 20,15.5A1,1 0 0,1 21,16.5V20A1,1 0 0,1 20,21A17,17 0 0,1 3,4A1,1 0 0,1 4,3H7.5A1,1 0 0,1 8.5,4C8.5,5.25 8.7,6.45 9.07,7.57C9.18,7.92 9.1,8.31 8.82,8.59L6.62,10.79Z",o2="M6.62,10.79C8.06,13.62 10.38,15.94 13.21,17.38L15.41,15.18C15.69,14.9 16.08,14.82 16.43,14.93C17.55,15.3 18.75,15.5 20,15.5A1,1 0 0,1 21,16.5V20A1,1 0 0,1 20,21A17,17 0 0,1 3,4C3,3.44 3.45,3 4,3H7.5A1,1 0 0,1 8.5,4C8.5,5.24 8.7,6.45 9.07,7.57C9.18,7.92 9.1,8.31 8.82,8.58L6.62,10.79M17,12V10H19V12H17M17,8V2H19V8H17Z";var e5="M6.62 10.79C8.06 13.62 10.38 15.94 13.21 17.38L15.41 15.18C15.69 14.9 16.08 14.82 16.43 14.93C17.55 15.3 18.75 15.5 20 15.5C20.55 15.5 21 15.95 21 16.5V20C21 20.55 20.55 21 20 21C10.61 21 3 13.39 3 4C3 3.45 3.45 3 4 3H7.5C8.05 3 8.5 3.45 8.5 4C8.5 5.25 8.7 6.45 9.07 7.57C9.18 7.92 9.1 8.31 8.82 8.59L6.62 10.79M16.5 2C14 2 12 4 12 6.5S14 11 16.5 11 21 9 21 6.5 19 2 16.5 2M16.5 9.5C14.84 9.5 13.5 8.16 13.5 6.5C13.5 5.94 13.65 5.42 13.92 5L18 9.08C17.58 9.35 17.06 9.5 16.5 9.5M19.08 8L15 3.92C15.42 3.65 15.94 3.5 16.5 3.5C18.16 3.5 19.5 4.84 19.5 6.5C19.5 7.06 19.35 7.58 19.08 8Z";var k1="M12,3C7.46,3 3.34,4.78 0.29,7.67C0.11,7.85 0,8.1 0,8.38C0,8.66 0.11,8.91 0.29,9.09L2.77,11.57C2.95,11.75 3.2,11.86 3.5,11.86C3.75,11.86 4,11.75 4.18,11.58C4.97,10.84 5.87,10.22 6.84,9.73C7.17,9.57 7.4,9.23 7.4,8.83V5.73C8.85,5.25 10.39,5 12,5C13.59,5 15.14,5.25 16.59,5.72V8.82C16.59,9.21 16.82,9.56 17.15,9.72C18.13,10.21 19,10.84 19.82,11.57C20,11.75 20.25,11.85 20.5,11.85C20.8,11.85 21.05,11.74 21.23,11.56L23.71,9.08C23.89,8.9 24,8.65 24,8.37C24,8.09 23.88,7.85 23.7,7.67C20.65,4.78 16.53,3 12,3M9,7V10C9,10 3,15 3,18V22H21V18C21,15 15,10 15,10V7H13V9H11V7H9M12,12A4,4 0 0,1 16,16A4,4 0 0,1 12,20A4,4 0 0,1 8,16A4,4 0 0,1 12,12M12,13.5A2.5,2.5 0 0,0 9.5,16A2.5,2.5 0 0,0 12,18.5A2.5,2.5 0 0,0 14.5,16A2.5,2.5 0 0,0 12,13.5Z";var a2="M20,15.5C18.75,15.5 17.55,15.3 16.43,14.93C16.08,14.82 15.69,14.9 15.41,15.18L13.21,17.38C10.38,15.94 8.06,13.62 6.62,10.79L8.82,8.59C9.1,8.31 9.18,7.92 9.07,7.57C8.7,6.45 8.5,5.25 8.5,4A1,1 0 0,0 7.5,3H4A1,1 0 0,0 3,4A17,17 0 0,0 20,21A1,1 0 0,0 21,20V16.5A1,1 0 0,0 20,15.5M18,11L23,6L18,1V4H14V8H18V11Z";var C1="M12,9C10.4,9 8.85,9.25 7.4,9.72V12.82C7.4,13.22 7.17,13.56 6.84,13.72C5.86,14.21 4.97,14.84 4.17,15.57C4,15.75 3.75,15.86 3.5,15.86C3.2,15.86 2.95,15.74 2.77,15.56L0.29,13.08C0.11,12.9 0,12.65 0,12.38C0,12.1 0.11,11.85 0.29,11.67C3.34,8.77 7.46,7 12,7C16.54,7 20.66,8.77 23.71,11.67C23.89,11.85 24,12.1 24,12.38C24,12.65 23.89,12.9 23.71,13.08L21.23,15.56C21.05,15.74 20.8,15.86 20.5,15.86C20.25,15.86 20,15.75 19.82,15.57C19.03,14.84 18.14,14.21 17.16,13.72C16.83,13.56 16.6,13.22 16.6,12.82V9.72C15.15,9.25 13.6,9 12,9Z";var y1="M15,12H17A5,5 0 0,0 12,7V9A3,3 0 0,1 15,12M19,12H21C21,7 16.97,3 12,3V5C15.86,5 19,8.13 19,12M20,15.5C18.75,15.5 17.55,15.3 16.43,14.93C16.08,14.82 15.69,14.9 15.41,15.18L13.21,17.38C10.38,15.94 8.06,13.62 6.62,10.79L8.82,8.59C9.1,8.31 9.18,7.92 9.07,7.57C8.7,6.45 8.5,5.25 8.5,4A1,1 0 0,0 7.5,3H4A1,1 0 0,0 3,4A17,17 0 0,0 20,21A1,1 0 0,0 21,20V16.5A1,1 0 0,0 20,15.5Z";var w1="M4,3A1,1 0 0,0 3,4A17,17 0 0,0 20,21A1,1 0 0,0 21,20V16.5A1,1 0 0,0 20,15.5C18.75,15.5 17.55,15.3 16.43,14.93C16.08,14.82 15.69,14.9 15.41,15.17L13.21,17.37C10.38,15.93 8.06,13.62 6.62,10.78L8.82,8.57C9.1,8.31 9.18,7.92 9.07,7.57C8.7,6.45 8.5,5.25 8.5,4A1,1 0 0,0 7.5,3H4M19,11V9.5H15.5L21,4L20,3L14.5,8.5V5H13V11H19Z";var r5="M20,15.5A1,1 0 0,1 21,16.5V20A1,1 0 0,1 20,21A17,17 0 0,1 3,4A1,1 0 0,1 4,3H7.5A1,1 0 0,1 8.5,4C8.5,5.24 8.7,6.45 9.07,7.57C9.18,7.92 9.1,8.31 8.82,8.58L6.62,10.79C8.06,13.62 10.38,15.94 13.21,17.38L15.41,15.18C15.69,14.9 16.08,14.82 16.43,14.93C17.55,15.3 18.75,15.5 20,15.5M12,3H14V5H12M15,3H21V5H15M12,6H14V8H12M15,6H21V8H15M12,9H14V11H12M15,9H21V11H15";var l1="M23.71,16.67C20.66,13.77 16.54,12 12,12C7.46,12 3.34,13.77 0.29,16.67C0.11,16.85 0,17.1 0,17.38C0,17.65 0.11,17.9 0.29,18.08L2.77,20.56C2.95,20.74 3.2,20.86 3.5,20.86C3.75,20.86 4,20.75 4.18,20.57C4.97,19.83 5.86,19.21 6.84,18.72C7.17,18.56 7.4,18.22 7.4,17.82V14.72C8.85,14.25 10.39,14 12,14C13.6,14 15.15,14.25 16.6,14.72V17.82C16.6,18.22 16.83,18.56 17.16,18.72C18.14,19.21 19.03,19.83 19.82,20.57C20,20.75 20.25,20.86 20.5,20.86C20.8,20.86 21.05,20.74 21.23,20.56L23.71,18.08C23.89,17.9 24,17.65 24,17.38C24,17.1 23.89,16.85 23.71,16.67M6.5,5.5L12,11L19,4L18,3L12,9L7.5,4.5H11V3H5V9H6.5V5.5Z";var P1="M20.22,2.5L2.5,20.22L3.77,21.5L8.65,16.62C11.76,19.43 15.81,21 20,21A1,1 0 0,0 21,20V16.5A1,1 0 0,0 20,15.5C18.75,15.5 17.55,15.3 16.43,14.93C16.08,14.82 15.69,14.9 15.41,15.18L13.21,17.38C12.06,16.8 11,16.06 10.06,15.21L21.5,3.77L20.22,2.5M4,3A1,1 0 0,0 3,4C3,7.57 4.14,11.05 6.24,13.94L7.66,12.5C7.28,11.97 6.93,11.39 6.62,10.79L8.82,8.59C9.1,8.31 9.18,7.92 9.07,7.57C8.7,6.45 8.5,5.25 8.5,4A1,1 0 0,0 7.5,3H4Z";var t5="M4,3A1,1 0 0,0 3,4A17,17 0 0,0 20,21A1,1 0 0,0 21,20V16.5A1,1 0 0,0 20,15.5C18.75,15.5 17.55,15.3 16.43,14.93C16.08,14.82 15.69,14.9 15.41,15.17L13.21,17.37C10.38,15.93 8.06,13.62 6.62,10.78L8.82,8.57C9.1,8.31 9.18,7.92 9.07,7.57C8.7,6.45 8.5,5.25 8.5,4A1,1 0 0,0 7.5,3H4M15,3V4.5H18.5L13,10L14,11L19.5,5.5V9H21V3H15Z";var B1="M19,10H21V3H19M20,15.5C18.75,15.5 17.55,15.3 16.43,14.93C16.08,14.82 15.69,14.9 15.41,15.18L13.21,17.38C10.38,15.94 8.06,13.62 6.62,10.79L8.82,8.59C9.1,8.31 9.18,7.92 9.07,7.57C8.7,6.45 8.5,5.25 8.5,4A1,1 0 0,0 7.5,3H4A1,1 0 0,0 3,4A17,17 0 0,0 20,21A1,1 0 0,0 21,20V16.5A1,1 0 0,0 20,15.5M17,3H15V10H17V3Z";var H1="M23.71 16.67C20.66 13.78 16.54 12 12 12S3.34 13.78.29 16.67c-.18.18-.29.43-.29.71 0 .28.11.53.29.71l2.48 2.48c.18.18.43.29.71.29.27 0 .52-.11.7-.28.79-.74 1.69-1.36 2.66-1.85.33-.16.56-.5.56-.9v-3.1c1.45-.48 3-.73 4.6-.73s3.15.25 4.6.72v3.1c0 .39.23.74.56.9.98.49 1.87 1.12 2.66 1.85.18.18.43.28.7.28.28 0 .53-.11.71-.29l2.48-2.48c.18-.18.29-.43.29-.71a.99.99 0 0 0-.29-.7zM21.16 6.26l-1.41-1.41-3.56 3.55 1.41 1.41s3.45-3.52 3.56-3.55zM13 2h-2v5h2V2zM6.4 9.81L7.81 8.4 4.26 4.84 2.84 6.26c.11.03 3.56 3.55 3.56 3.55z";var T1="M8,5.14V19.14L19,12.14L8,5.14Z";var i5="M19,12C19,15.86 15.86,19 12,19C8.14,19 5,15.86 5,12C5,8.14 8.14,5 12,5C15.86,5 19,8.14 19,12Z";var A2="M12,2A10,10 0 0,0 2,12A10,10 0 0,0 12,22A10,10 0 0,0 22,12A10,10 0 0,0 12,2M12,4A8,8 0 0,1 20,12A8,8 0 0,1 12,20A8,8 0 0,1 4,12A8,8 0 0,1 12,4M12,9A3,3 0 0,0 9,12A3,3 0 0,0 12,15A3,3 0 0,0 15,12A3,3 0 0,0 12,9Z";var o5="M18,18H6V6H18V18Z";var a5="M21,9L17,5V8H10V10H17V13M7,11L3,15L7,19V16H14V14H7V11Z";var A5="M6,2H18V8H18V8L14,12L18,16V16H18V22H6V16H6V16L10,12L6,8V8H6V2M16,16.5L12,12.5L8,16.5V20H16V16.5M12,11.5L16,7.5V4H8V7.5L12,11.5M10,6H14V6.75L12,8.75L10,6.75V6Z";var d5="M12.5,8C9.85,8 7.45,9 5.6,10.6L2,7V16H11L7.38,12.38C8.77,11.22 10.54,10.5 12.5,10.5C16.04,10.5 19.05,12.81 20.1,16L22.47,15.22C21.08,11.03 17.15,8 12.5,8Z";var F1="M18.5,15A3.5,3.5 0 0,1 15,11.5A3.5,3.5 0 0,1 18.5,8A3.5,3.5 0 0,1 22,11.5A3.5,3.5 0 0,1 18.5,15M5.5,15A3.5,3.5 0 0,1 2,11.5A3.5,3.5 0 0,1 5.5,8A3.5,3.5 0 0,1 9,11.5A3.5,3.5 0 0,1 5.5,15M18.5,6A5.5,5.5 0 0,0 13,11.5C13,12.83 13.47,14.05 14.26,15H9.74C10.53,14.05 11,12.83 11,11.5A5.5,5.5 0 0,0 5.5,6A5.5,5.5 0 0,0 0,11.5A5.5,5.5 0 0,0 5.5,17H18.5A5.5,5.5 0 0,0 24,11.5A5.5,5.5 0 0,0 18.5,6Z";var R1=globalThis,_1=R1.ShadowRoot&&(R1.ShadyCSS===void 0||R1.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,d2=Symbol(),n5=new WeakMap,v1=class{constructor(V,C,H){if(this._$cssResult$=!0,H!==d2)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=V,this.t=C}get styleSheet(){let V=this.o,C=this.t;if(_1&&V===void 0){let H=C!==void 0&&C.length===1;H&&(V=n5.get(C)),V===void 0&&((this.o=V=new CSSStyleSheet).replaceSync(this.cssText),H&&n5.set(C,V))}return V}toString(){return this.cssText}},p5=M=>new v1(typeof M=="string"?M:M+"",void 0,d2),u=(M,...V)=>{let C=M.length===1?M[0]:V.reduce((H,L,e)=>H+(r=>{if(r._$cssResult$===!0)return r.cssText;if(typeof r=="number")return r;throw Error("Value passed to 'css' function must be a 'css' function result: "+r+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(L)+M[e+1],M[0]);return new v1(C,M,d2)},m5=(M,V)=>{if(_1)M.adoptedStyleSheets=V.map(C=>C instanceof CSSStyleSheet?C:C.styleSheet);else for(let C of V){let H=document.createElement("style"),L=R1.litNonce;L!==void 0&&H.setAttribute("nonce",L),H.textContent=C.cssText,M.appendChild(H)}},n2=_1?M=>M:M=>M instanceof CSSStyleSheet?(V=>{let C="";for(let H of V.cssRules)C+=H.cssText;return p5(C)})(M):M;var{is:v3,defineProperty:x3,getOwnPropertyDescriptor:s3,getOwnPropertyNames:Z3,getOwnPropertySymbols:u3,getPrototypeOf:c3}=Object,E1=globalThis,l5=E1.trustedTypes,S3=l5?l5.emptyScript:"",h3=E1.reactiveElementPolyfillSupport,x1=(M,V)=>M,s1={toAttribute(M,V){switch(V){case Boolean:M=M?S3:null;break;case Object:case Array:M=M==null?M:JSON.stringify(M)}return M},fromAttribute(M,V){let C=M;switch(V){case Boolean:C=M!==null;break;case Number:C=M===null?null:Number(M);break;case Object:case Array:try{C=JSON.parse(M)}catch{C=null}}return C}},$1=(M,V)=>!v3(M,V),v5={attribute:!0,type:String,converter:s1,reflect:!1,useDefault:!1,hasChanged:$1};Symbol.metadata??=Symbol("metadata"),E1.litPropertyMetadata??=new WeakMap;var T=class extends HTMLElement{static addInitializer(V){this._$Ei(),(this.l??=[]).push(V)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(V,C=v5){if(C.state&&(C.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(V)&&((C=Object.create(C)).wrapped=!0),this.elementProperties.set(V,C),!C.noAccessor){let H=Symbol(),L=this.getPropertyDescriptor(V,H,C);L!==void 0&&x3(this.prototype,V,L)}}static getPropertyDescriptor(V,C,H){let{get:L,set:e}=s3(this.prototype,V)??{get(){return this[C]},set(r){this[C]=r}};return{get:L,set(r){let i=L?.call(this);e?.call(this,r),this.requestUpdate(V,i,H)},configurable:!0,enumerable:!0}}static getPropertyOptions(V){return this.elementProperties.get(V)??v5}static _$Ei(){if(this.hasOwnProperty(x1("elementProperties")))return;let V=c3(this);V.finalize(),V.l!==void 0&&(this.l=[...V.l]),this.elementProperties=new Map(V.elementProperties)}static finalize(){if(this.hasOwnProperty(x1("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(x1("properties"))){let C=this.properties,H=[...Z3(C),...u3(C)];for(let L of H)this.createProperty(L,C[L])}let V=this[Symbol.metadata];if(V!==null){let C=litPropertyMetadata.get(V);if(C!==void 0)for(let[H,L]of C)this.elementProperties.set(H,L)}this._$Eh=new Map;for(let[C,H]of this.elementProperties){let L=this._$Eu(C,H);L!==void 0&&this._$Eh.set(L,C)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(V){let C=[];if(Array.isArray(V)){let H=new Set(V.flat(1/0).reverse());for(let L of H)C.unshift(n2(L))}else V!==void 0&&C.push(n2(V));return C}static _$Eu(V,C){let H=C.attribute;return H===!1?void 0:typeof H=="string"?H:typeof V=="string"?V.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(V=>this.enableUpdating=V),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(V=>V(this))}addController(V){(this._$EO??=new Set).add(V),this.renderRoot!==void 0&&this.isConnected&&V.hostConnected?.()}removeController(V){this._$EO?.delete(V)}_$E_(){let V=new Map,C=this.constructor.elementProperties;for(let H of C.keys())this.hasOwnProperty(H)&&(V.set(H,this[H]),delete this[H]);V.size>0&&(this._$Ep=V)}createRenderRoot(){let V=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return m5(V,this.constructor.elementStyles),V}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(V=>V.hostConnected?.())}enableUpdating(V){}disconnectedCallback(){this._$EO?.forEach(V=>V.hostDisconnected?.())}attributeChangedCallback(V,C,H){this._$AK(V,H)}_$ET(V,C){let H=this.constructor.elementProperties.get(V),L=this.constructor._$Eu(V,H);if(L!==void 0&&H.reflect===!0){let e=(H.converter?.toAttribute!==void 0?H.converter:s1).toAttribute(C,H.type);this._$Em=V,e==null?this.removeAttribute(L):this.setAttribute(L,e),this._$Em=null}}_$AK(V,C){let H=this.constructor,L=H._$Eh.get(V);if(L!==void 0&&this._$Em!==L){let e=H.getPropertyOptions(L),r=typeof e.converter=="function"?{fromAttribute:e.converter}:e.converter?.fromAttribute!==void 0?e.converter:s1;this._$Em=L;let i=r.fromAttribute(C,e.type);this[L]=i??this._$Ej?.get(L)??i,this._$Em=null}}requestUpdate(V,C,H,L=!1,e){if(V!==void 0){let r=this.constructor;if(L===!1&&(e=this[V]),H??=r.getPropertyOptions(V),!((H.hasChanged??$1)(e,C)||H.useDefault&&H.reflect&&e===this._$Ej?.get(V)&&!this.hasAttribute(r._$Eu(V,H))))return;this.C(V,C,H)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(V,C,{useDefault:H,reflect:L,wrapped:e},r){H&&!(this._$Ej??=new Map).has(V)&&(this._$Ej.set(V,r??C??this[V]),e!==!0||r!==void 0)||(this._$AL.has(V)||(this.hasUpdated||H||(C=void 0),this._$AL.set(V,C)),L===!0&&this._$Em!==V&&(this._$Eq??=new Set).add(V))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(C){Promise.reject(C)}let V=this.scheduleUpdate();return V!=null&&await V,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[L,e]of this._$Ep)this[L]=e;this._$Ep=void 0}let H=this.constructor.elementProperties;if(H.size>0)for(let[L,e]of H){let{wrapped:r}=e,i=this[L];r!==!0||this._$AL.has(L)||i===void 0||this.C(L,void 0,e,i)}}let V=!1,C=this._$AL;try{V=this.shouldUpdate(C),V?(this.willUpdate(C),this._$EO?.forEach(H=>H.hostUpdate?.()),this.update(C)):this._$EM()}catch(H){throw V=!1,this._$EM(),H}V&&this._$AE(C)}willUpdate(V){}_$AE(V){this._$EO?.forEach(C=>C.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(V)),this.updated(V)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(V){return!0}update(V){this._$Eq&&=this._$Eq.forEach(C=>this._$ET(C,this[C])),this._$EM()}updated(V){}firstUpdated(V){}};T.elementStyles=[],T.shadowRootOptions={mode:"open"},T[x1("elementProperties")]=new Map,T[x1("finalized")]=new Map,h3?.({ReactiveElement:T}),(E1.reactiveElementVersions??=[]).push("2.1.2");var m2=globalThis,x5=M=>M,D1=m2.trustedTypes,s5=D1?D1.createPolicy("lit-html",{createHTML:M=>M}):void 0,l2="$lit$",F=`lit$${Math.random().toFixed(9).slice(2)}$`,v2="?"+F,f3=`<${v2}>`,K=document,u1=()=>K.createComment(""),c1=M=>M===null||typeof M!="object"&&typeof M!="function",x2=Array.isArray,f5=M=>x2(M)||typeof M?.[Symbol.iterator]=="function",p2=`[ 	
\f\r]`,Z1=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,Z5=/-->/g,u5=/>/g,Q=RegExp(`>|${p2}(?:([^\\s"'>=/]+)(${p2}*=${p2}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),c5=/'/g,S5=/"/g,g5=/^(?:script|style|textarea|title)$/i,s2=M=>(V,...C)=>({_$litType$:M,strings:V,values:C}),o=s2(1),O5=s2(2),B0=s2(3),w=Symbol.for("lit-noChange"),A=Symbol.for("lit-nothing"),h5=new WeakMap,z=K.createTreeWalker(K,129);function b5(M,V){if(!x2(M)||!M.hasOwnProperty("raw"))throw Error("invalid template strings array");return s5!==void 0?s5.createHTML(V):V}var k5=(M,V)=>{let C=M.length-1,H=[],L,e=V===2?"<svg>":V===3?"<math>":"",r=Z1;for(let i=0;i<C;i++){let a=M[i],m,Z,n=-1,x=0;for(;x<a.length&&(r.lastIndex=x,Z=r.exec(a),Z!==null);)x=r.lastIndex,r===Z1?Z[1]==="!--"?r=Z5:Z[1]!==void 0?r=u5:Z[2]!==void 0?(g5.test(Z[2])&&(L=RegExp("</"+Z[2],"g")),r=Q):Z[3]!==void 0&&(r=Q):r===Q?Z[0]===">"?(r=L??Z1,n=-1):Z[1]===void 0?n=-2:(n=r.lastIndex-Z[2].length,m=Z[1],r=Z[3]===void 0?Q:Z[3]==='"'?S5:c5):r===S5||r===c5?r=Q:r===Z5||r===u5?r=Z1:(r=Q,L=void 0);let v=r===Q&&M[i+1].startsWith("/>")?" ":"";e+=r===Z1?a+f3:n>=0?(H.push(m),a.slice(0,n)+l2+a.slice(n)+F+v):a+F+(n===-2?i:v)}return[b5(M,e+(M[C]||"<?>")+(V===2?"</svg>":V===3?"</math>":"")),H]},S1=class M{constructor({strings:V,_$litType$:C},H){let L;this.parts=[];let e=0,r=0,i=V.length-1,a=this.parts,[m,Z]=k5(V,C);if(this.el=M.createElement(m,H),z.currentNode=this.el.content,C===2||C===3){let n=this.el.content.firstChild;n.replaceWith(...n.childNodes)}for(;(L=z.nextNode())!==null&&a.length<i;){if(L.nodeType===1){if(L.hasAttributes())for(let n of L.getAttributeNames())if(n.endsWith(l2)){let x=Z[r++],v=L.getAttribute(n).split(F),c=/([.?@])?(.*)/.exec(x);a.push({type:1,index:e,name:c[2],strings:v,ctor:c[1]==="."?I1:c[1]==="?"?W1:c[1]==="@"?U1:j}),L.removeAttribute(n)}else n.startsWith(F)&&(a.push({type:6,index:e}),L.removeAttribute(n));if(g5.test(L.tagName)){let n=L.textContent.split(F),x=n.length-1;if(x>0){L.textContent=D1?D1.emptyScript:"";for(let v=0;v<x;v++)L.append(n[v],u1()),z.nextNode(),a.push({type:2,index:++e});L.append(n[x],u1())}}}else if(L.nodeType===8)if(L.data===v2)a.push({type:2,index:e});else{let n=-1;for(;(n=L.data.indexOf(F,n+1))!==-1;)a.push({type:7,index:e}),n+=F.length-1}e++}}static createElement(V,C){let H=K.createElement("template");return H.innerHTML=V,H}};function q(M,V,C=M,H){if(V===w)return V;let L=H!==void 0?C._$Co?.[H]:C._$Cl,e=c1(V)?void 0:V._$litDirective$;return L?.constructor!==e&&(L?._$AO?.(!1),e===void 0?L=void 0:(L=new e(M),L._$AT(M,C,H)),H!==void 0?(C._$Co??=[])[H]=L:C._$Cl=L),L!==void 0&&(V=q(M,L._$AS(M,V.values),L,H)),V}var N1=class{constructor(V,C){this._$AV=[],this._$AN=void 0,this._$AD=V,this._$AM=C}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(V){let{el:{content:C},parts:H}=this._$AD,L=(V?.creationScope??K).importNode(C,!0);z.currentNode=L;let e=z.nextNode(),r=0,i=0,a=H[0];for(;a!==void 0;){if(r===a.index){let m;a.type===2?m=new V1(e,e.nextSibling,this,V):a.type===1?m=new a.ctor(e,a.name,a.strings,this,V):a.type===6&&(m=new G1(e,this,V)),this._$AV.push(m),a=H[++i]}r!==a?.index&&(e=z.nextNode(),r++)}return z.currentNode=K,L}p(V){let C=0;for(let H of this._$AV)H!==void 0&&(H.strings!==void 0?(H._$AI(V,H,C),C+=H.strings.length-2):H._$AI(V[C])),C++}},V1=class M{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(V,C,H,L){this.type=2,this._$AH=A,this._$AN=void 0,this._$AA=V,this._$AB=C,this._$AM=H,this.options=L,this._$Cv=L?.isConnected??!0}get parentNode(){let V=this._$AA.parentNode,C=this._$AM;return C!==void 0&&V?.nodeType===11&&(V=C.parentNode),V}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(V,C=this){V=q(this,V,C),c1(V)?V===A||V==null||V===""?(this._$AH!==A&&this._$AR(),this._$AH=A):V!==this._$AH&&V!==w&&this._(V):V._$litType$!==void 0?this.$(V):V.nodeType!==void 0?this.T(V):f5(V)?this.k(V):this._(V)}O(V){return this._$AA.parentNode.insertBefore(V,this._$AB)}T(V){this._$AH!==V&&(this._$AR(),this._$AH=this.O(V))}_(V){this._$AH!==A&&c1(this._$AH)?this._$AA.nextSibling.data=V:this.T(K.createTextNode(V)),this._$AH=V}$(V){let{values:C,_$litType$:H}=V,L=typeof H=="number"?this._$AC(V):(H.el===void 0&&(H.el=S1.createElement(b5(H.h,H.h[0]),this.options)),H);if(this._$AH?._$AD===L)this._$AH.p(C);else{let e=new N1(L,this),r=e.u(this.options);e.p(C),this.T(r),this._$AH=e}}_$AC(V){let C=h5.get(V.strings);return C===void 0&&h5.set(V.strings,C=new S1(V)),C}k(V){x2(this._$AH)||(this._$AH=[],this._$AR());let C=this._$AH,H,L=0;for(let e of V)L===C.length?C.push(H=new M(this.O(u1()),this.O(u1()),this,this.options)):H=C[L],H._$AI(e),L++;L<C.length&&(this._$AR(H&&H._$AB.nextSibling,L),C.length=L)}_$AR(V=this._$AA.nextSibling,C){for(this._$AP?.(!1,!0,C);V!==this._$AB;){let H=x5(V).nextSibling;x5(V).remove(),V=H}}setConnected(V){this._$AM===void 0&&(this._$Cv=V,this._$AP?.(V))}},j=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(V,C,H,L,e){this.type=1,this._$AH=A,this._$AN=void 0,this.element=V,this.name=C,this._$AM=L,this.options=e,H.length>2||H[0]!==""||H[1]!==""?(this._$AH=Array(H.length-1).fill(new String),this.strings=H):this._$AH=A}_$AI(V,C=this,H,L){let e=this.strings,r=!1;if(e===void 0)V=q(this,V,C,0),r=!c1(V)||V!==this._$AH&&V!==w,r&&(this._$AH=V);else{let i=V,a,m;for(V=e[0],a=0;a<e.length-1;a++)m=q(this,i[H+a],C,a),m===w&&(m=this._$AH[a]),r||=!c1(m)||m!==this._$AH[a],m===A?V=A:V!==A&&(V+=(m??"")+e[a+1]),this._$AH[a]=m}r&&!L&&this.j(V)}j(V){V===A?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,V??"")}},I1=class extends j{constructor(){super(...arguments),this.type=3}j(V){this.element[this.name]=V===A?void 0:V}},W1=class extends j{constructor(){super(...arguments),this.type=4}j(V){this.element.toggleAttribute(this.name,!!V&&V!==A)}},U1=class extends j{constructor(V,C,H,L,e){super(V,C,H,L,e),this.type=5}_$AI(V,C=this){if((V=q(this,V,C,0)??A)===w)return;let H=this._$AH,L=V===A&&H!==A||V.capture!==H.capture||V.once!==H.once||V.passive!==H.passive,e=V!==A&&(H===A||L);L&&this.element.removeEventListener(this.name,this,H),e&&this.element.addEventListener(this.name,this,V),this._$AH=V}handleEvent(V){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,V):this._$AH.handleEvent(V)}},G1=class{constructor(V,C,H){this.element=V,this.type=6,this._$AN=void 0,this._$AM=C,this.options=H}get _$AU(){return this._$AM._$AU}_$AI(V){q(this,V)}},y5={M:l2,P:F,A:v2,C:1,L:k5,R:N1,D:f5,V:q,I:V1,H:j,N:W1,U:U1,B:I1,F:G1},g3=m2.litHtmlPolyfillSupport;g3?.(S1,V1),(m2.litHtmlVersions??=[]).push("3.3.3");var w5=(M,V,C)=>{let H=C?.renderBefore??V,L=H._$litPart$;if(L===void 0){let e=C?.renderBefore??null;H._$litPart$=L=new V1(V.insertBefore(u1(),e),e,void 0,C??{})}return L._$AI(M),L};var Z2=globalThis,h=class extends T{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let V=super.createRenderRoot();return this.renderOptions.renderBefore??=V.firstChild,V}update(V){let C=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(V),this._$Do=w5(C,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return w}};h._$litElement$=!0,h.finalized=!0,Z2.litElementHydrateSupport?.({LitElement:h});var O3=Z2.litElementPolyfillSupport;O3?.({LitElement:h});(Z2.litElementVersions??=[]).push("4.2.2");var b3={attribute:!0,type:String,converter:s1,reflect:!1,hasChanged:$1},k3=(M=b3,V,C)=>{let{kind:H,metadata:L}=C,e=globalThis.litPropertyMetadata.get(L);if(e===void 0&&globalThis.litPropertyMetadata.set(L,e=new Map),H==="setter"&&((M=Object.create(M)).wrapped=!0),e.set(C.name,M),H==="accessor"){let{name:r}=C;return{set(i){let a=V.get.call(this);V.set.call(this,i),this.requestUpdate(r,a,M,!0,i)},init(i){return i!==void 0&&this.C(r,void 0,M,i),i}}}if(H==="setter"){let{name:r}=C;return function(i){let a=this[r];V.call(this,i),this.requestUpdate(r,a,M,!0,i)}}throw Error("Unsupported decorator location: "+H)};function p(M){return(V,C)=>typeof C=="object"?k3(M,V,C):((H,L,e)=>{let r=L.hasOwnProperty(e);return L.constructor.createProperty(e,H),r?Object.getOwnPropertyDescriptor(L,e):void 0})(M,V,C)}function s(M){return p({...M,state:!0,attribute:!1})}var Y=(M,V,C)=>(C.configurable=!0,C.enumerable=!0,Reflect.decorate&&typeof V!="object"&&Object.defineProperty(M,V,C),C);function L1(M,V){return(C,H,L)=>{let e=r=>r.renderRoot?.querySelector(M)??null;if(V){let{get:r,set:i}=typeof H=="object"?C:L??(()=>{let a=Symbol();return{get(){return this[a]},set(m){this[a]=m}}})();return Y(C,H,{get(){let a=r.call(this);return a===void 0&&(a=e(this),(a!==null||this.hasUpdated)&&i.call(this,a)),a}})}return Y(C,H,{get(){return e(this)}})}}var P5={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},M1=M=>(...V)=>({_$litDirective$:M,values:V}),E=class{constructor(V){}get _$AU(){return this._$AM._$AU}_$AT(V,C,H){this._$Ct=V,this._$AM=C,this._$Ci=H}_$AS(V,C){return this.update(V,C)}update(V,C){return this.render(...C)}};var y3={},$=M1(class extends E{constructor(){super(...arguments),this.ot=y3}render(M,V){return V()}update(M,[V,C]){if(Array.isArray(V)){if(Array.isArray(this.ot)&&this.ot.length===V.length&&V.every((H,L)=>H===this.ot[L]))return w}else if(this.ot===V)return w;return this.ot=Array.isArray(V)?Array.from(V):V,this.render(V,C)}});var{I:w3}=y5,B5=M=>M;var T5=()=>document.createComment(""),e1=(M,V,C)=>{let H=M._$AA.parentNode,L=V===void 0?M._$AB:V._$AA;if(C===void 0){let e=H.insertBefore(T5(),L),r=H.insertBefore(T5(),L);C=new w3(e,r,M,M.options)}else{let e=C._$AB.nextSibling,r=C._$AM,i=r!==M;if(i){let a;C._$AQ?.(M),C._$AM=M,C._$AP!==void 0&&(a=M._$AU)!==r._$AU&&C._$AP(a)}if(e!==L||i){let a=C._$AA;for(;a!==e;){let m=B5(a).nextSibling;B5(H).insertBefore(a,L),a=m}}}return C},D=(M,V,C=M)=>(M._$AI(V,C),M),P3={},Q1=(M,V=P3)=>M._$AH=V,F5=M=>M._$AH,z1=M=>{M._$AR(),M._$AA.remove()};var R5=(M,V,C)=>{let H=new Map;for(let L=V;L<=C;L++)H.set(M[L],L);return H},R=M1(class extends E{constructor(M){if(super(M),M.type!==P5.CHILD)throw Error("repeat() can only be used in text expressions")}dt(M,V,C){let H;C===void 0?C=V:V!==void 0&&(H=V);let L=[],e=[],r=0;for(let i of M)L[r]=H?H(i,r):r,e[r]=C(i,r),r++;return{values:e,keys:L}}render(M,V,C){return this.dt(M,V,C).values}update(M,[V,C,H]){let L=F5(M),{values:e,keys:r}=this.dt(V,C,H);if(!Array.isArray(L))return this.ut=r,e;let i=this.ut??=[],a=[],m,Z,n=0,x=L.length-1,v=0,c=e.length-1;for(;n<=x&&v<=c;)if(L[n]===null)n++;else if(L[x]===null)x--;else if(i[n]===r[v])a[v]=D(L[n],e[v]),n++,v++;else if(i[x]===r[c])a[c]=D(L[x],e[c]),x--,c--;else if(i[n]===r[c])a[c]=D(L[n],e[c]),e1(M,a[c+1],L[n]),n++,c--;else if(i[x]===r[v])a[v]=D(L[x],e[v]),e1(M,L[n],L[x]),x--,v++;else if(m===void 0&&(m=R5(r,v,c),Z=R5(i,n,x)),m.has(i[n]))if(m.has(i[x])){let B=Z.get(r[v]),i2=B!==void 0?L[B]:null;if(i2===null){let _2=e1(M,L[n]);D(_2,e[v]),a[v]=_2}else a[v]=D(i2,e[v]),e1(M,L[n],i2),L[B]=null;v++}else z1(L[x]),x--;else z1(L[n]),n++;for(;v<=c;){let B=e1(M,a[c+1]);D(B,e[v]),a[v++]=B}for(;n<=x;){let B=L[n++];B!==null&&z1(B)}return this.ut=r,Q1(M,a),w}});var l=(M,V="")=>o`<svg class="icon ${V}" viewBox="0 0 24 24" aria-hidden="true">${B3(M)}</svg>`,B3=M=>O5`<path d=${M}></path>`;var O=u`
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
  .lamp {
    --size: 40px;
    position: relative;
    width: var(--size);
    height: var(--size);
    border-radius: 50%;
    display: grid;
    place-items: center;
    flex: none;
    color: var(--tone);
    background: color-mix(in srgb, var(--tone) 18%, transparent);
  }
  .lamp img {
    width: 100%;
    height: 100%;
    border-radius: 50%;
    object-fit: cover;
  }
  .initials {
    font-size: calc(var(--size) * 0.38);
    font-weight: var(--ha-font-weight-medium, 500);
    line-height: 1;
    color: color-mix(in srgb, var(--tone) 45%, var(--primary-text-color));
  }
  .sign {
    position: absolute;
    bottom: -3px;
    inset-inline-end: -3px;
    display: grid;
    place-items: center;
    width: 18px;
    height: 18px;
    border-radius: 50%;
    color: var(--tone);
    background: var(--ha-card-background, var(--card-background-color, #fff));
  }
  .sign .icon {
    width: 14px;
    height: 14px;
  }
  yeastar-since {
    font-variant-numeric: tabular-nums;
  }
  .header {
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
  button.chip {
    min-height: 32px;
    padding-block: 0;
  }
  .chip[aria-pressed="true"] {
    color: var(--text-primary-color, #fff);
    background: color-mix(in srgb, var(--primary-color) 80%, #000);
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
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
  .search {
    box-sizing: border-box;
    flex: 1;
    min-width: 0;
    height: 40px;
    border: none;
    border-radius: 20px;
    padding: 0 14px;
    background: var(--soft);
  }
  .search::placeholder {
    color: var(--secondary-text-color);
    opacity: 1;
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
      transition: none !important;
    }
  }
`;var r1=class{constructor(V){this.host=V;this.wanted=new Map}shown(V,C){let H=V.states[C]?.state,L=this.wanted.get(C);return L===H&&this.wanted.delete(C),{isOn:(L??H)==="on",isPending:!!L&&L!==H}}async toggle(V,C){let{isOn:H,isPending:L}=this.shown(V,C);if(L)return;let e=H?"off":"on";this.wanted.set(C,e);let r=()=>{this.wanted.get(C)===e&&this.wanted.delete(C),this.host.requestUpdate()},i=setTimeout(r,3e4);this.host.requestUpdate();try{await V.callService("switch",`turn_${e}`,{entity_id:C})}catch{clearTimeout(i),r()}}};var X,K1,u2,N=M=>(M.language!==K1&&(K1=M.language,u2=T3(M)),u2),T3=async M=>{for(;M.language===K1;)try{let[,V]=await Promise.all([M.loadBackendTranslation("common","yeastar"),M.loadBackendTranslation("selector","yeastar")]);M.language===K1&&(X=V,u2=void 0);return}catch{await new Promise(V=>setTimeout(V,2e3))}},t=(M,V)=>X?.(`component.yeastar.common.card_${M}`,V)||M,_5=M=>X?.(`component.yeastar.selector.outcome.options.${M}`)||M,t1=M=>X?.(`component.yeastar.entity.sensor.connected_party.state.${M}`)||M,c2=M=>M==="unregistered"?t("offline"):M&&X?.(`component.yeastar.entity.sensor.extension_state.state.${M}`)||t("unknown"),E5=M=>X?.(`component.yeastar.selector.presence.options.${M}`)||M,$5=M=>`${X?.("component.yeastar.entity.sensor.unread_voicemails.name")||""} ${M}`.trim(),_=M=>M.replace(/[\u2018\u2019\u02bc\u00b4`]/g,"'").normalize("NFKD").replace(/[\p{M}\p{Cf}]/gu,"").toLowerCase().replace(/[\s\p{Pd}]+/gu," "),i1=M=>M.replace(/[^\d+*#]/g,"");var F3={idle:P,ringing:H1,in_call:y1,on_hold:B1,unregistered:P1,malfunction:o2,no_port:o2},R3=["ringing","in_call","on_hold"],_3=30,E3=500,$3=10,S2=M=>R3.includes(M.state),b=class extends h{constructor(){super(...arguments);this.phones=[];this.since=new Map;this.selected="";this.hideIdle=!1;this.busyFirst=!1;this.away=!1;this.wanted="";this.switching=new r1(this);this.wasHeld=!1;this.generation=0;this.language=""}willUpdate(C){!C.has("away")&&this.hass.language===this.language||(this.language=this.hass.language,this.generation+=8)}render(){let C=this.shown();return o`${this.phones.length>=_3?this.toolbar():A}
      <div
        class="board ${this.away?"away":""}"
        role="group"
        aria-label=${t("phones")}
        @pointerdown=${this.pressed}
        @pointermove=${this.moved}
        @pointerup=${this.released}
        @pointercancel=${this.released}
        @pointerleave=${this.released}
        @contextmenu=${this.contextMenu}
      >
        ${R(C,H=>H.number,H=>{let L=this.quiet(H),e=this.selected===H.number,r=!this.away&&this.since.get(H.number)||0,i=this.generation+(L?.isOn?1:0)+(L?.isPending?2:0)+(e?4:0);return $([H,i,r],()=>this.tile(H,L,e,r))})}
      </div>
      ${C.length?A:o`<div class="message" role="status">${t("no_phone_found")}</div>`}`}toolbar(){let C=(H,L,e)=>o`<button class="chip" aria-pressed=${L} ?disabled=${this.away} @click=${e}>
        ${H}
      </button>`;return o`<div class="toolbar">
      <input
        type="search"
        class="search"
        aria-label=${t("find_phone")}
        placeholder=${t("find_phone")}
        @input=${H=>{this.wanted=H.target.value}}
      />
      <div class="chips">
        ${C(t("choice_busy"),this.isBusyFirst,()=>{this.chosenBusyFirst=!this.isBusyFirst})}
        ${C(t("field_hide_idle"),this.hidesIdle,()=>{this.chosenHideIdle=!this.hidesIdle})}
      </div>
    </div>`}tile(C,H,L,e){let r=S2(C),i=!!H?.isOn,a=this.doing(C,i),m=C.unread?$5(C.unread):"",Z=r&&C.party?t1(C.party):null,n=C.missed?t("missed_count",{count:C.missed}):"";return o`<div
      class="tile ${C.state??"unregistered"} ${i?"quiet":""} ${L?"selected":""}"
      data-number=${C.number}
    >
      <button
        class="main"
        aria-pressed=${L}
        ?disabled=${this.away}
        @click=${x=>this.select(C,x)}
      >
        <span class="lamp ${H?.isPending?"pending":""}" aria-hidden="true">
          ${l(i&&!r?m1:C.state?F3[C.state]:C1)}
          ${n?o`<span class="count" title=${n}>${C.missed}</span>`:A}
        </span>
        <span class="text">
          <bdi class="cut name" title=${C.name}>${C.name}</bdi>
          ${Z?o`<span class="dim line">
                <span class="hidden">${a}</span>
                <bdi class="cut" title=${Z}>${Z}</bdi>
                ${e?o`<span>· <yeastar-since .since=${e}></yeastar-since></span>`:A}
              </span>`:o`<span class="dim cut" title=${a}>
                ${C.state==="idle"&&!i?o`<span class="number">${C.number}</span> · `:A}${a}
              </span>`}
          ${m?o`<span class="dim line unread" title=${m}>
                ${l(F1)}<span aria-hidden="true">${C.unread}</span>
                <span class="hidden">${m}</span>
              </span>`:A}
          ${n?o`<span class="hidden">${n}</span>`:A}
        </span>
      </button>
      ${L?this.more(C,H):A}
    </div>`}more(C,H){return o`<div class="more">
      ${H&&C.control?o`<button
            class="chip quiet-switch ${H.isPending?"pending":""}"
            aria-pressed=${H.isOn}
            aria-busy=${H.isPending}
            title=${H.isPending?t("pending"):t("do_not_disturb")}
            ?disabled=${this.away||H.isPending}
            @click=${()=>this.switching.toggle(this.hass,C.do_not_disturb_entity_id)}
          >
            ${l(H.isOn?m1:O1)}
            <span class="cut">${H.isPending?t("pending"):t("do_not_disturb")}</span>
          </button>`:A}
      ${C.entity_id?o`<button class="chip" ?disabled=${this.away} @click=${()=>this.details(C)}>
            ${l(X2)}<span class="cut">${t("details")}</span>
          </button>`:A}
    </div>`}doing(C,H){return C.state!=="idle"?c2(C.state):H?t("do_not_disturb"):C.presence?E5(C.presence):c2(C.state)}quiet(C){let H=C.do_not_disturb_entity_id;return H?this.switching.shown(this.hass,H):null}get hidesIdle(){return this.chosenHideIdle??this.hideIdle}get isBusyFirst(){return this.chosenBusyFirst??this.busyFirst}shown(){let C=_(this.wanted.trim()),H=this.phones;return C&&(H=H.filter(L=>_(L.name).includes(C)||L.number.includes(C))),this.hidesIdle&&(H=H.filter(L=>L.state!=="idle"||L.number===this.selected)),this.isBusyFirst&&(H=[...H].sort((L,e)=>Number(S2(e))-Number(S2(L)))),H}select(C,H){this.wasHeld&&H.detail||this.dispatchEvent(new CustomEvent("phone-selected",{detail:C}))}details(C){let H={entityId:C.entity_id};this.dispatchEvent(new CustomEvent("hass-more-info",{detail:H,bubbles:!0,composed:!0}))}rowAt(C){let H=C.target.closest(".main")?.parentElement;return H?this.phones.find(L=>L.number===H.dataset.number):void 0}pressed(C){this.released(),this.wasHeld=!1;let H=this.rowAt(C);if(!H?.entity_id||C.button!==0)return;let L=window.setTimeout(()=>{this.wasHeld=!0,this.details(H)},E3);this.holding={timer:L,x:C.clientX,y:C.clientY}}moved(C){let{holding:H}=this;H&&Math.hypot(C.clientX-H.x,C.clientY-H.y)>$3&&this.released()}released(){clearTimeout(this.holding?.timer),this.holding=void 0}contextMenu(C){(this.holding||this.wasHeld)&&C.preventDefault()}static{this.styles=[O,u`
      :host {
        display: flex;
        flex-direction: column;
        gap: 8px;
        min-height: 0;
      }
      .toolbar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      .toolbar .search {
        flex: 1 1 180px;
      }
      .board {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(clamp(150px, 34%, 200px), 1fr));
        align-items: start;
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
      .tile.selected {
        box-shadow: inset 0 0 0 2px var(--primary-color);
      }
      .main {
        box-sizing: border-box;
        display: flex;
        align-items: center;
        gap: 8px;
        width: 100%;
        min-height: 56px;
        padding: 8px;
        border-radius: inherit;
        touch-action: manipulation;
        user-select: none;
        -webkit-touch-callout: none;
      }
      .main:disabled {
        opacity: 1;
      }
      .more {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        padding: 0 8px 8px;
      }
      .more .chip {
        flex: 1 1 auto;
        min-width: 0;
        min-height: 40px;
        padding-inline: 8px;
      }
      .more .icon {
        flex: none;
      }
      .pending {
        animation: wait 1.2s ease-in-out infinite;
      }
      @keyframes wait {
        50% {
          opacity: 0.35;
        }
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
      .board:not(.away) .ringing .lamp {
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
      .unread {
        align-items: center;
      }
      .unread .icon {
        width: 14px;
        height: 14px;
      }
      .number {
        font-variant-numeric: tabular-nums;
      }
    `]}};d([p({attribute:!1})],b.prototype,"hass",2),d([p({attribute:!1})],b.prototype,"phones",2),d([p({attribute:!1})],b.prototype,"since",2),d([p()],b.prototype,"selected",2),d([p({type:Boolean})],b.prototype,"hideIdle",2),d([p({type:Boolean})],b.prototype,"busyFirst",2),d([p({type:Boolean})],b.prototype,"away",2),d([s()],b.prototype,"wanted",2),d([s()],b.prototype,"chosenHideIdle",2),d([s()],b.prototype,"chosenBusyFirst",2);var D3=M=>M.split(/[\s-]+/).map(V=>V.match(/^\p{L}/u)?.[0]??"").filter((V,C,H)=>V&&(C===0||C===H.length-1)).join("").toUpperCase(),q1=(M,V,C)=>{let H=V&&/^\/(?!\/)/.test(V)?V:void 0,L=M?D3(M):"";return!H&&!L?o`<span class="lamp" aria-hidden="true">${l(C)}</span>`:o`<span class="lamp" aria-hidden="true">
    ${H?o`<img src=${H} alt="" loading="lazy" />`:A}
    ${H?A:o`<span class="initials">${L}</span>`}
    <span class="sign">${l(C)}</span>
  </span>`};var N3=["calls","extensions","log"],D5=new WeakMap,j1=class M{constructor(V,C=""){this.connection=V;this.entryId=C;this.extensions=new Map;this.calls=new Map;this.missed=0;this.available=!0;this.isConnected=!0;this.listeners=new Set;this.attempt=0;this.retryIn=1e3;this.offset=0;this.restart=()=>{this.retryIn=1e3,this.subscribe()};this.lost=()=>{this.unsubscribe=void 0,this.isConnected=!1,this.tell({})};this.subscribe=async()=>{clearTimeout(this.retryTimer),this.attempt+=1;let V=this.attempt;try{let C=await this.connection.subscribeMessage(H=>V===this.attempt&&this.apply(H),{type:"yeastar/subscribe_calls",parts:N3,...this.entryId?{config_entry_id:this.entryId}:{}},{resubscribe:!1});if(V!==this.attempt){C().catch(()=>{});return}this.unsubscribe=C,this.retryIn=1e3}catch(C){if(V!==this.attempt)return;let H=C?.code;this.isConnected=typeof H=="string",this.error=String(H),this.tell({}),this.retryTimer=window.setTimeout(this.subscribe,this.retryIn),this.retryIn=Math.min(2*this.retryIn,3e4)}}}static of(V,C=""){let H=D5.get(V);H||D5.set(V,H=new Map);let L=H.get(C);return L||H.set(C,L=new M(V,C)),L}get isLive(){return this.isConnected&&this.available&&!!this.loaded&&!this.error}listen(V){return this.listeners.add(V),this.listeners.size===1?this.start():this.loaded&&V({whole:!0}),()=>{this.listeners.delete(V),this.listeners.size||this.stop()}}local(V){return(typeof V=="string"?Date.parse(V):V*1e3)-this.offset}start(){let{connection:V}=this;V&&(V.addEventListener("ready",this.restart),V.addEventListener("disconnected",this.lost),this.isConnected=V.connected??!0,this.subscribe())}stop(){this.connection?.removeEventListener("ready",this.restart),this.connection?.removeEventListener("disconnected",this.lost),this.attempt+=1,clearTimeout(this.retryTimer),this.unsubscribe?.().catch(()=>{}),this.unsubscribe=void 0}apply(V){this.error=void 0,this.isConnected=!0,V.whole&&(this.extensions.clear(),this.calls.clear()),V.now!==void 0&&(this.offset=V.now*1e3-Date.now()),this.loaded=V.loaded??this.loaded,this.available=V.available??this.available,this.pbx=V.pbx??this.pbx,this.missed=V.missed??this.missed;for(let C of V.extensions??[])this.extensions.set(C.number,C);for(let C of V.extensions_gone??[])this.extensions.delete(C);for(let C of V.calls??[])this.calls.set(C.call_id,C);for(let C of V.calls_gone??[])this.calls.delete(C);this.tell(V)}tell(V){for(let C of this.listeners)C(V)}},Y1=class{constructor(V,C){this.host=V;this.told=C;this.feed=new j1;V.addController(this)}follow(V,C){let H=j1.of(V,C);H!==this.feed&&(this.hostDisconnected(),this.feed=H,this.host.isConnected&&this.hostConnected())}hostConnected(){this.leave??=this.feed.listen(V=>{this.told(V)&&this.host.requestUpdate()})}hostDisconnected(){this.leave?.(),this.leave=void 0}};var N5="yeastar",h2="yeastar-popup",f2=class{constructor(){this.value={};this.listeners=new Set}get here(){return localStorage.getItem(h2)??""}get isPopupOn(){return this.here?this.here==="on":!!this.value.everywhere}follow(V){V.subscribeMessage(({value:C})=>{this.value=C??{},this.tell()},{type:"frontend/subscribe_user_data",key:N5}).catch(()=>this.tell())}listen(V){return this.listeners.add(V),()=>this.listeners.delete(V)}setHere(V){V?localStorage.setItem(h2,V):localStorage.removeItem(h2),this.tell()}async change(V,C){this.value={...this.value,...C},this.tell(),await V.callWS({type:"frontend/set_user_data",key:N5,value:this.value})}tell(){for(let V of this.listeners)V()}},f=new f2;var I5="yeastar-phone",I3=["choose_pbx","not_found"],I=(M,V)=>M.device_id===V||M.number===V||M.entity_id===V,h1=M=>!!M?.control&&!!M.device_id,X1=(M,...V)=>{let C=Object.keys(M);return!C.length||C.some(H=>H!=="now"&&!V.includes(H))},y=class extends h{constructor(){super(...arguments);this.busy=!1;this.preview=!1;this.follower=new Y1(this,C=>this.told(C));this.isWaitingForTexts=!0}connectedCallback(){super.connectedCallback(),this.forgetSettings=f.listen(()=>this.requestUpdate())}disconnectedCallback(){super.disconnectedCallback(),this.forgetSettings?.()}setConfig(C){this.config=C,this._hass&&this.follower.follow(this._hass.connection,C.config_entry_id)}set hass(C){let H=this._hass;this._hass=C;let L=N(C);this.isWaitingForTexts=!!L,L?.then(()=>{this.isWaitingForTexts=!1,this.requestUpdate()}),this.config&&this.follower.follow(C.connection,this.config.config_entry_id),(!H||H.language!==C.language||H.config.state!==C.config.state||this.concerns(H,C))&&this.requestUpdate()}get hass(){return this._hass}get feed(){return this.follower.feed}concerns(C,H){return!1}told(C){return!0}shouldUpdate(){return!!this._hass&&!!this.config&&!this.isWaitingForTexts}get entryId(){return this.feed.pbx?.config_entry_id}usualPhone(){let C=this.config?.phone||f.value.phone,H=localStorage.getItem(I5),L;for(let e of this.feed.extensions.values()){if(C&&e.control&&I(e,C))return e.number;h1(e)&&(!L||e.number===H)&&(L=e)}return L?.number??""}remember(C){localStorage.setItem(I5,C)}name(C){return this.feed.extensions.get(C)?.name??C}async perform(C,H){return await this.ask(C,H)!==void 0}async dialWith(C,H){let L=await this.ask("dial",{extension:C,number:H},!0);return L&&String(L.call_id??"")}async ask(C,H,L=!1){this.busy=!0;let e={config_entry_id:this.entryId,...H};try{return(await this.hass.callService("yeastar",C,e,void 0,!0,L))?.response??{}}catch{return}finally{this.busy=!1}}moreInfo(C){let H=new CustomEvent("hass-more-info",{detail:{entityId:C},bubbles:!0,composed:!0});this.dispatchEvent(H)}trouble(){return this.feed.isLive||!this.feed.loaded?A:o`<div class="trouble" role="status">
      ${l(q2)}${this.whyNot("away")}
    </div>`}problem(){let{feed:C}=this,H=!!C.error&&I3.includes(C.error);if(!(C.pbx&&C.loaded&&!H))return C.loaded===void 0&&!C.error?o`<div class="message"></div>`:o`<div class="message" role="status">
      ${H?t(C.error):this.whyNot("waiting")}
    </div>`}whyNot(C){return this.feed.isConnected?this.hass.config.state==="RUNNING"?t(C):t("starting"):t("reconnecting")}static{this.styles=[O,u`
      ha-card {
        box-sizing: border-box;
        height: 100%;
        display: flex;
        flex-direction: column;
        gap: 12px;
        padding: 12px;
      }
      .trouble {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 8px 12px;
        border-radius: var(--round);
        background: var(--soft);
      }
      .trouble .icon {
        color: var(--bad);
      }
      /* Paler text could not be read. */
      .stale {
        filter: grayscale(1);
      }
    `]}};d([s()],y.prototype,"config",2),d([s()],y.prototype,"busy",2);var W=()=>document.querySelector("home-assistant")?.hass,W5=async()=>{for(;;){let M=W();if(M?.connection&&M.entities&&M.devices)return M;await new Promise(V=>setTimeout(V,100))}},g2=()=>{let M=document.activeElement;for(;M?.shadowRoot?.activeElement;)M=M.shadowRoot.activeElement;return M};var O2={entity:[{integration:"yeastar",domain:"binary_sensor",device_class:"connectivity"}]},G5={name:"title",selector:{text:{}}},Q5={name:"config_entry_id",selector:{config_entry:{integration:"yeastar"}}},z5={name:"phone",selector:{device:O2}},W3=M=>({value:M,label:t(`choice_${M}`)}),U5=(M,V=!1)=>({select:{multiple:V,mode:V?"list":"dropdown",options:M.map(W3)}}),U3=async M=>{try{let V=await M.callWS({type:"yeastar/phone_book"});return[...V.contacts,...V.extensions].map(({name:C})=>C)}catch{return[]}},K5=["phone","extension"],G3=["extensions","popup","favourites",...K5],q5=M=>async()=>{let V=W();return V&&await N(V),{schema:await M(V),computeLabel:({name:C})=>t(`field_${C}`),computeHelper:({name:C})=>{if(!G3.includes(C))return;let H=t(`help_${C}`);return K5.includes(C)?`${t(`field_${C}`)}: ${H}`:H}}},j5=q5(async M=>[G5,Q5,z5,{name:"extensions",selector:{device:{...O2,multiple:!0}}},{name:"favourites",selector:{select:{multiple:!0,custom_value:!0,options:M?await U3(M):[]}}},{name:"sort",selector:U5(["number","name","busy"])},{name:"hide",selector:U5(["calls","dial","phones"],!0)},{name:"hide_idle",selector:{boolean:{}}},{name:"popup",selector:{boolean:{}}}]),Y5=q5(()=>[G5,Q5,z5,{name:"extension",selector:{device:O2}},{name:"only_missed",selector:{boolean:{}}}]);var J1=new Set,b2,k2=M=>String(M).padStart(2,"0"),y2=M=>{let V=Math.max(0,Math.floor(M)),C=Math.floor(V/3600),H=Math.floor(V/60)%60;return C?`${C}:${k2(H)}:${k2(V%60)}`:`${H}:${k2(V%60)}`},Q3=()=>{let M=Date.now();for(let V of J1)V.show(M)},C2=class extends HTMLElement{constructor(){super(...arguments);this.moment=0}set since(C){Math.abs(C-this.moment)<1e3||(this.moment=C,this.show(Date.now()))}connectedCallback(){this.role="timer",J1.add(this),b2??=window.setInterval(Q3,1e3),this.show(Date.now())}disconnectedCallback(){J1.delete(this),J1.size||(clearInterval(b2),b2=void 0)}show(C){let H=y2((C-this.moment)/1e3);this.textContent!==H&&(this.textContent=H)}};var z3=30,K3=64,q3=300,U=class extends y{constructor(){super(...arguments);this.filter="all";this.unfolded=new Set;this.rows=new Map;this.next=null;this.isLoading=!1;this.asked=0;this.formats=new Map;this.loadPage=async(C=!1)=>{if(this.isLoading)return;let H=C===!0;this.isLoading=!0,this.asked+=1;let L=this.asked,e=this.number(),{filter:r,search:i}=this;try{let a=await this.hass.callWS({type:"yeastar/call_log",config_entry_id:this.entryId,limit:z3,missed:r==="missed",...r==="inbound"||r==="outbound"?{direction:r}:{},...i?{search:i}:{},...e?{extension:e}:{},...this.next&&!H?{before:this.next}:{}});if(L!==this.asked)return;H&&this.rows.clear();for(let m of a.calls)this.rows.set(m.call_id,m);this.next=a.next}catch{}finally{L===this.asked&&(this.isLoading=!1,this.requestUpdate())}}}static getConfigForm(){return Y5()}static getStubConfig(){return{}}setConfig(C){let H=this.config;super.setConfig(C),H&&H.extension!==C.extension&&this.reload(),!!H?.only_missed!=!!C.only_missed&&this.show(C.only_missed?"missed":"all")}getCardSize(){return 6}getGridOptions(){return{columns:12,min_columns:6,rows:"auto",min_rows:4}}disconnectedCallback(){super.disconnectedCallback(),this.stop()}render(){return o`<ha-card>
      ${this.header()}
      ${this.problem()??o`${this.trouble()} ${this.filters()} ${this.pickUp()}
      ${this.rows.size?this.list():this.empty()}`}
    </ha-card>`}header(){let{feed:C}=this,H=C.pbx?.mark_seen_entity_id;return o`<div class="header">
      ${l(r5,"dim")}
      <h2 class="cut">${this.config.title??this.only?.name??t("call_log")}</h2>
      ${C.pbx&&C.loaded?this.searchButton():A}
      ${this.missed&&H?o`<button
            class="round"
            aria-label=${t("mark_seen")}
            title=${t("mark_seen")}
            ?disabled=${!C.isLive}
            @click=${()=>this.markSeen(H)}
          >
            ${l(z2)}
          </button>`:A}
    </div>`}searchButton(){return o`<button
      class="round ${this.search===void 0?"":"on"}"
      aria-label=${t("search")}
      title=${t("search")}
      aria-expanded=${this.search!==void 0}
      ?disabled=${!this.feed.isConnected}
      @click=${this.toggleSearch}
    >
      ${l(J2)}
    </button>`}get only(){let C=this.number();return C?this.feed.extensions.get(C):void 0}get missed(){return this.config.extension?this.only?.missed??0:this.feed.missed}filters(){let{missed:C}=this,H=(L,e,r="")=>o`<button
        class="chip ${L}"
        aria-pressed=${this.filter===L}
        ?disabled=${!this.feed.isConnected}
        @click=${()=>this.show(this.filter===L?"all":L)}
      >
        ${r?l(r):A}${e}
      </button>`;return o`<div class="filters">
      <div class="chips" role="group" aria-label=${t("filter")}>
        ${H("all",t("filter_all"))}
        ${H("missed",C?t("missed_count",{count:C}):t("missed"),l1)}
        ${H("inbound",t("direction_inbound"))}
        ${H("outbound",t("direction_outbound"))}
      </div>
      ${this.search===void 0?A:o`<input
            type="search"
            class="search"
            maxlength=${K3}
            aria-label=${t("search")}
            placeholder=${t("name_or_number")}
            ?disabled=${!this.feed.isConnected}
            @input=${this.typed}
          />`}
    </div>`}pickUp(){let C=this.dialled?this.feed.calls.get(this.dialled):void 0;if(!C?.pick_up||!this.feed.isLive)return A;let H=t("pick_up",{phone:this.name(C.pick_up)});return o`<div class="pick-up" role="status">
      ${l(H1)}
      <span><strong>${H}</strong> <bdi class="dim">${Y3(C)}</bdi></span>
    </div>`}empty(){let C=this.search?"no_match":this.filter==="missed"?"no_missed":"no_calls";return o`<div class="message" role="status">${this.isLoading?A:t(C)}</div>`}list(){let C=[...this.rows.values()].sort(j3),H=new Map;for(let L of C){let e=this.day(L.started),r=H.get(e),i=r?.at(-1);r?i&&X3(i[0],L)?i.push(L):r.push([L]):H.set(e,[[L]])}return o`<div class="list" tabindex="0" role="group" aria-label=${t("call_log")}>
      ${R(H,([L])=>L,([L,e])=>o`<h3>${L}</h3>
            <ul>
              ${R(e.flatMap(r=>this.lines(r)),([r])=>r.call_id,([r,i])=>$([r,...i??[],this.unfolded.has(r.call_id),this.playing===r.call_id,this.busy,this.feed.isLive,this.hass.language],()=>this.row(r,i)))}
            </ul>`)}
      ${this.next?o`<button
            class="older"
            @click=${this.loadPage}
            ?disabled=${this.isLoading||!this.feed.isConnected}
          >
            ${t("older")}
          </button>`:A}
    </div>`}lines(C){let[H,...L]=C,e=this.unfolded.has(H.call_id);return[[H,C],...(e?L:[]).map(r=>[r])]}row(C,H){let[L,e]=P2(C),r=L||e||t1(C.caller_id??"unknown_number"),i=w2(C)?C.from_name||C.from:C.answered_by_name||C.answered_by||C.to_name||C.to,a=C.queue_name===i?"":C.queue_name,[m,Z]=this.sign(C),n=C.outcome==="answered"?y2(C.talk_seconds):_5(C.outcome),x=H?H.some(c=>c.unseen):C.unseen,v=this.feed.isLive;return o`<li class="${Z} ${x?"unseen":""} ${H?"":"inner"}">
      ${q1(H?L:null,C.picture,m)}
      <span class="who">
        <span class="first">
          <span class="hidden">${t(`direction_${C.direction}`)}:</span>
          <bdi class="cut name" title=${r}>${r}</bdi>
          ${H&&H.length>1?this.fold(C,H.length,r):A}
          ${x?o`<span class="hidden">${t("unseen")}</span>`:A}
        </span>
        <span class="cut dim">
          <time datetime=${C.started}>${this.time(C.started)}</time> · ${C.missed?t(C.returned?"returned":"missed"):n}${i?o` · <bdi>${i}</bdi>`:A}${a?o` · <bdi>${a}</bdi>`:A}
        </span>
      </span>
      ${C.media_content_id?this.playButton(C,r,v):A}
      ${e&&this.feed.extensions.size&&H&&!this.isForged(C)?o`<button
            class="round back"
            aria-label=${t("call_back",{name:r})}
            title=${t("call_back",{name:r})}
            ?disabled=${this.busy||!v}
            @click=${()=>this.callBack(C,e)}
          >
            ${l(P)}
          </button>`:A}
    </li>`}fold(C,H,L){let e=this.unfolded.has(C.call_id);return o`<button
      class="fold"
      aria-expanded=${e}
      aria-label=${t("calls_of",{count:H,name:L})}
      title=${t("calls_of",{count:H,name:L})}
      @click=${()=>{this.unfolded.delete(C.call_id)||this.unfolded.add(C.call_id),this.requestUpdate()}}
    >
      (${H})${l(K2,"small")}
    </button>`}playButton(C,H,L){let e=this.playing===C.call_id,r=t(e?"stop":"play");return o`<button
      class="round"
      aria-label=${`${r}: ${H}, ${this.time(C.started)}`}
      title=${r}
      ?disabled=${!L&&!e}
      @click=${()=>e?this.stop():this.play(C)}
    >
      ${l(e?o5:T1)}
    </button>`}isForged(C){return C.direction==="inbound"&&this.feed.extensions.has(C.from)}sign(C){return C.missed?[l1,C.returned?"off":"bad"]:C.outcome==="voicemail"?[F1,"hold"]:C.outcome!=="answered"&&C.outcome!=="transferred"?[e5,"off"]:C.direction==="inbound"?[w1,"idle"]:C.direction==="internal"?[a5,"talk"]:[t5,"talk"]}zone(){let{locale:C,config:H}=this.hass;return C.time_zone==="server"?H.time_zone:void 0}format(C,H){let{locale:L}=this.hass,e=JSON.stringify([L,this.zone(),C]),r=this.formats.get(e);return r||(r=new Intl.DateTimeFormat(L.language,{...C,timeZone:this.zone()}),this.formats.set(e,r)),r.format(typeof H=="string"?Date.parse(H):H)}time(C){let H=this.hass.locale.time_format,L=H==="12"?!0:H==="24"?!1:void 0;return this.format({hour:"numeric",minute:"2-digit",hour12:L},C)}day(C){let H={weekday:"long",day:"numeric",month:"long"},L=this.format(H,C);return L===this.format(H,Date.now())?t("today"):L===this.format(H,Date.now()-864e5)?t("yesterday"):L}concerns(C,H){return C.locale!==H.locale}told(C){C.whole&&this.reload();for(let H of C.ended??[])this.fits(H)?this.rows.set(H.call_id,H):this.rows.delete(H.call_id);for(let H of C.ended_gone??[])this.rows.delete(H);if(C.missed===0)for(let H of this.rows.values())H.unseen&&this.rows.set(H.call_id,{...H,unseen:!1});return this.dialled!==void 0||X1(C,"calls","calls_gone")}number(){let C=this.config.extension;return C?[...this.feed.extensions.values()].find(L=>I(L,C))?.number??C:void 0}fits(C){let H=this.number(),{filter:L}=this;return(L==="all"||(L==="missed"?C.missed:C.direction===L))&&(!H||C.extensions.includes(H))&&(!this.search||J3(C,this.search))}show(C){this.filter=C,this.feed.loaded&&this.reload()}async toggleSearch(){let C=!!this.search;this.search=this.search===void 0?"":void 0,C&&this.reload(),await this.updateComplete,this.renderRoot.querySelector(".search")?.focus()}typed(C){let H=C.target.value.trim();clearTimeout(this.typing),this.typing=window.setTimeout(()=>{this.search!==void 0&&(this.search=H,this.reload())},q3)}reload(){this.next=null,this.isLoading=!1,this.loadPage(!0)}async callBack(C,H){let{extensions:L}=this.feed,e=[C.direction==="outbound"?C.from:C.answered_by,...C.extensions],r=!this.config.phone&&e.find(i=>i&&i!==H&&h1(L.get(i)))||this.usualPhone();r&&(this.dialled=await this.dialWith(r,H))}async markSeen(C){try{await this.hass.callService("button","press",{entity_id:C})}catch{}}async play(C){this.stop(),this.playing=C.call_id;try{let{url:H}=await this.hass.callWS({type:"media_source/resolve_media",media_content_id:C.media_content_id});if(this.playing!==C.call_id)return;this.audio=new Audio(H),this.audio.addEventListener("ended",()=>this.stop()),await this.audio.play()}catch{this.stop()}}stop(){this.audio?.pause(),this.audio=void 0,this.playing=void 0}static{this.styles=[...y.styles,u`
      .filters {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        margin-block-start: -4px;
      }
      .filters .search {
        flex: 1 0 100%;
      }
      .chip.missed[aria-pressed="true"] {
        color: #fff;
        background: #c62828;
      }
      .chip.missed[aria-pressed="true"] .icon {
        color: #fff;
      }
      .pick-up {
        display: flex;
        align-items: center;
        gap: 12px;
        padding: 10px 12px;
        border-radius: var(--round);
        background: color-mix(in srgb, var(--ring) 14%, transparent);
      }
      .pick-up .icon {
        color: var(--ring);
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
        --size: 36px;
      }
      .lamp > .icon {
        width: 20px;
        height: 20px;
      }
      .inner {
        padding-inline-start: 24px;
      }
      .fold {
        display: inline-flex;
        align-items: center;
        flex: none;
        min-height: 32px;
        padding-inline: 6px;
        border-radius: 16px;
        color: var(--secondary-text-color);
      }
      .fold:hover {
        background: var(--soft);
      }
      .fold[aria-expanded="true"] .icon {
        rotate: 180deg;
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
    `]}};d([s()],U.prototype,"filter",2),d([s()],U.prototype,"search",2),d([s()],U.prototype,"playing",2),d([s()],U.prototype,"dialled",2);var j3=(M,V)=>M.started<V.started?1:M.started>V.started?-1:M.call_id<V.call_id?1:-1,w2=({direction:M})=>M==="outbound"||M==="callback",P2=M=>w2(M)?[M.to_name,M.to]:[M.from_name,M.from],X5=M=>(w2(M)?M.to_normalized:M.from_normalized)??P2(M)[1],Y3=M=>M.to_name||M.to,X3=(M,V)=>M.direction===V.direction&&M.missed===V.missed&&M.returned===V.returned&&X5(M)===X5(V)&&M.caller_id===V.caller_id&&!!P2(M)[1],J3=(M,V)=>{let C=_(V),H=/\p{L}/u.test(V)?"":i1(V),L=H.replace(/^00?(?=\d)/,"");return[[M.from_name,M.from,M.from_normalized],[M.to_name,M.to,M.to_normalized],[M.answered_by_name,M.answered_by,null]].some(([r,i,a])=>!!r&&_(r).includes(C)||!!H&&(!!i?.includes(H)||!!a?.includes(L)))};var J5=M1(class extends E{constructor(){super(...arguments),this.key=A}render(M,V){return this.key=M,V}update(M,[V,C]){return V!==this.key&&(Q1(M),this.key=V),C}});var C0={ringing:H1,waiting:A5,talking:y1,on_hold:B1},C3=10,S=class extends h{constructor(){super(...arguments);this.from="";this.to="";this.takes="";this.pickUp="";this.since=0;this.until=0;this.busy=!1;this.muted=!1;this.asking=!1;this.recording="";this.abilities=[];this.large=!1;this.isMoving=!1}render(){let{call:C,from:H,to:L}=this,e=C.offered_until?"ringing":C.status??"ringing",r=!!this.pickUp||e==="ringing"&&C.direction==="inbound",i=C.direction==="inbound"?C.from_name:C.to_name,a=[C.queue_name===L?"":C.queue_name,C.from_name&&C.direction==="inbound"?C.from:"",C.trunk].filter(Boolean);return o`<div class="call ${e} ${r&&this.since?"loud":""}">
      ${q1(C.direction==="internal"?null:i,C.picture,C0[e])}
      <div class="who">
        <div class="sides">
          <bdi class="cut name" title=${H}>${H}</bdi>
          ${L?o`${l(W2,"small arrow")}
                <bdi class="cut name" title=${L}>${L}</bdi>`:A}
        </div>
        <div class="dim ${this.pickUp?"":"cut"}" title=${a.join(" · ")}>
          ${this.doing(e)}
          ${this.since?o`<yeastar-since .since=${this.since}></yeastar-since>`:A}
          ${a.map(m=>o`· <bdi>${m}</bdi> `)}
        </div>
      </div>
      ${C.control?o`<div class="buttons">${this.buttons(e)}</div>`:A}
      ${this.isMoving?this.transferPanel():A}
    </div>`}doing(C){return this.pickUp?o`<strong class="do">${t("pick_up",{phone:this.pickUp})}</strong>`:this.call.offered_until?t("asks"):t(`status_${C}`)}buttons(C){let{call:H}=this;if(H.offered_until)return o`${this.button("refuse_call",P1,"filled end")}
        <span class="accept">
          ${this.button("accept_call",P,"filled go")}
          ${this.since?this.ring():A}
        </span>`;let L=C==="talking",e=C==="on_hold";return this.asking?o`${this.button("take_back",d5)}
        ${this.button("complete",Q2,"filled go")}`:o`
      ${L?this.muted?this.button("unmute",V5,"on"):this.button("mute",H5):A}
      ${L?this.button("hold",M5):A}
      ${e?this.button("resume",T1,"on"):A}
      ${L&&this.can("record_calls")?this.recordButton():A}
      ${(L||e)&&this.can("parking")?this.button("park",L5):A}
      ${H.transferable&&(L||e||H.direction==="inbound")?o`<button
            class="round ${this.isMoving?"on":""}"
            aria-label=${this.named(t("transfer"))}
            title=${t("transfer")}
            aria-expanded=${this.isMoving}
            ?disabled=${this.busy}
            @click=${this.toggleTransfer}
          >
            ${l(a2)}
          </button>`:A}
      ${this.takes?this.button("take",w1,"filled go",t("take",{phone:this.takes})):A}
      ${this.button("hang_up",C1,"filled end")}
    `}recordButton(){switch(this.recording){case"on":return this.button("pause_recording",i5,"on");case"paused":return this.button("resume_recording",A2,"on");default:return this.button("record",A2)}}can(C){return this.abilities.includes(C)}ring(){let C=Math.round(this.until/1e3);return J5(`${this.call.call_id} ${C}`,$([this.call.call_id,C],()=>{let H=(this.until-Date.now())/1e3,L=Math.min(C3,Math.max(0,H)),e=360*L/C3;return o`<span
          class="ring"
          style="--left: ${L.toFixed(1)}s; --angle: ${e.toFixed()}deg"
        ></span>`}))}button(C,H,L="",e=t(C)){let r=L.startsWith("filled");return o`<button
      class="round ${L}"
      aria-label=${this.named(e)}
      title=${e}
      ?disabled=${this.busy}
      @click=${()=>this.act(C)}
    >
      ${l(H)}${this.large&&r?o`<span class="words">${e}</span>`:A}
    </button>`}named(C){return`${C}: ${[this.from,this.to].filter(Boolean).join(", ")}`}transferPanel(){return o`<div class="panel" role="group" aria-label=${t("transfer")}>
      <yeastar-picker
        .hass=${this.hass}
        .entryId=${this.entryId}
        .label=${t("transfer_to")}
        .target=${this.target}
        .destinations=${this.call.direction==="outbound"?V0:H0}
        @picker-changed=${C=>{this.target=C.detail}}
        @picker-enter=${()=>this.move("transfer")}
      ></yeastar-picker>
      ${this.call.answered&&this.can("attended_transfer")?this.choice("ask_first",I2):A}
      ${this.call.answered&&this.can("conference")?this.choice("invite",N2):A}
      ${this.choice("transfer_now",a2,"filled go")}
      <button class="round" aria-label=${t("cancel")} @click=${this.toggleTransfer}>
        ${l(b1)}
      </button>
    </div>`}choice(C,H,L=""){return o`<button
      class="round ${L}"
      aria-label=${t(C)}
      title=${t(C)}
      ?disabled=${!this.target||this.busy||C!=="transfer_now"&&!!this.target.kind}
      @click=${()=>this.move(C==="transfer_now"?"transfer":C)}
    >
      ${l(H)}
    </button>`}async toggleTransfer(){this.isMoving=!this.isMoving,this.target=void 0,await this.updateComplete;let C=this.isMoving?"yeastar-picker":"[aria-expanded]";this.renderRoot.querySelector(C)?.focus()}move(C){this.target&&this.act(C,this.target),this.isMoving=!1,this.target=void 0}act(C,H){let L={verb:C,call:this.call,target:H};this.dispatchEvent(new CustomEvent("act",{detail:L,bubbles:!0,composed:!0}))}static{this.styles=[O,u`
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
      .loud .lamp {
        animation: pulse 1.2s ease-out infinite;
      }
      .loud .lamp .icon {
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
      .do {
        color: var(--primary-text-color);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 4px;
        margin-inline-start: auto;
      }
      .accept {
        position: relative;
        display: inline-grid;
      }
      .ring {
        position: absolute;
        inset: -3px;
        border-radius: 999px;
        pointer-events: none;
        padding: 3px;
        background: conic-gradient(var(--idle) var(--angle), transparent 0);
        mask:
          linear-gradient(#000 0 0) content-box exclude,
          linear-gradient(#000 0 0);
        animation: left var(--left) linear forwards;
      }
      @keyframes left {
        to {
          --angle: 0deg;
        }
      }
      .panel {
        flex: 1 0 100%;
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: flex-end;
        gap: 8px;
        padding-block: 4px;
      }
      .panel yeastar-picker {
        flex: 1 1 150px;
      }
      :host([large]) .call {
        background: none;
        padding: 0;
      }
      :host([large]) .name {
        font-size: var(--ha-font-size-xl, 20px);
      }
      :host([large]) .who {
        flex-basis: 130px;
      }
      :host([large]) .lamp {
        --size: 56px;
      }
      :host([large]) .buttons {
        gap: 12px;
      }
      :host([large]) .filled {
        display: inline-flex;
        align-items: center;
        gap: 8px;
        width: auto;
        min-width: 44px;
        border-radius: 22px;
        padding-inline: 16px 20px;
      }
    `]}};d([p({attribute:!1})],S.prototype,"hass",2),d([p({attribute:!1})],S.prototype,"entryId",2),d([p({attribute:!1})],S.prototype,"call",2),d([p()],S.prototype,"from",2),d([p()],S.prototype,"to",2),d([p()],S.prototype,"takes",2),d([p()],S.prototype,"pickUp",2),d([p({type:Number})],S.prototype,"since",2),d([p({type:Number})],S.prototype,"until",2),d([p({type:Boolean})],S.prototype,"busy",2),d([p({type:Boolean})],S.prototype,"muted",2),d([p({type:Boolean})],S.prototype,"asking",2),d([p()],S.prototype,"recording",2),d([p({attribute:!1})],S.prototype,"abilities",2),d([p({type:Boolean,reflect:!0})],S.prototype,"large",2),d([s()],S.prototype,"isMoving",2),d([s()],S.prototype,"target",2);var H0=["ivr","queue","ring_group"],V0=["ivr"];try{CSS.registerProperty({name:"--angle",syntax:"<angle>",inherits:!1,initialValue:"360deg"})}catch{}var L0=["1","2","3","4","5","6","7","8","9","*","0","#","+"],k=class extends h{constructor(){super(...arguments);this.phones=[];this.from="";this.favourites=[];this.busy=!1;this.away=!1;this.hasPad=!1}render(){let C=!!this.target&&this.target.number===this.from;return o`<div class="row" role="group" aria-label=${t("dial_group")}>
        <div class="whom">
          <yeastar-picker
            .hass=${this.hass}
            .entryId=${this.entryId}
            .label=${t("name_or_number")}
            .target=${this.target}
            .tel=${this.hasPad}
            .disabled=${this.away}
            @picker-changed=${this.targetChanged}
            @picker-enter=${this.dial}
          ></yeastar-picker>
          <button
            class="round ${this.hasPad?"on":""}"
            aria-label=${t("dial_pad")}
            title=${t("dial_pad")}
            aria-expanded=${this.hasPad}
            ?disabled=${this.away}
            @click=${this.togglePad}
          >
            ${l(j2)}
          </button>
        </div>
        <label class="from">
          <span class="dim">${t("from")}</span>
          <select
            aria-label=${t("from_phone")}
            ?disabled=${this.away}
            @change=${this.fromChanged}
          >
            ${R(this.phones,H=>H.number,H=>o`<option value=${H.number} .selected=${H.number===this.from}>
                  ${H.name}
                </option>`)}
          </select>
          ${l(C5,"small")}
        </label>
        <button
          class="round filled go"
          ?disabled=${!this.target||!this.from||C||this.busy||this.away}
          aria-label=${t("call")}
          title=${C?t("same_phone"):t("call")}
          @click=${this.dial}
        >
          ${l(P)}
        </button>
      </div>
      ${this.hasPad?this.pad():A}
      ${this.favourites.length?this.favouriteButtons():A}`}pad(){return o`<div class="pad" role="group" aria-label=${t("dial_pad")} dir="ltr">
      ${L0.map(C=>o`<button class="key" ?disabled=${this.away} @click=${()=>this.picker.type(C)}>
            ${C}
          </button>`)}
      <button
        class="key"
        aria-label=${t("backspace")}
        title=${t("backspace")}
        ?disabled=${this.away||!this.target}
        @click=${()=>this.picker.type()}
      >
        ${l(U2)}
      </button>
    </div>`}favouriteButtons(){return o`<div class="chips" role="group" aria-label=${t("field_favourites")}>
      ${this.favourites.map(C=>o`<button
            class="chip favourite"
            aria-label=${t("call_back",{name:C.name})}
            title=${t("call_back",{name:C.name})}
            ?disabled=${!this.from||C.number===this.from||this.busy||this.away}
            @click=${()=>this.tell(C)}
          >
            ${l(P)}<bdi class="cut">${C.name}</bdi>
          </button>`)}
    </div>`}togglePad(){this.hasPad=!this.hasPad}targetChanged(C){this.target=C.detail,this.dispatchEvent(new CustomEvent("target-changed",{detail:C.detail}))}fromChanged(C){let H=C.target.value;this.dispatchEvent(new CustomEvent("from-changed",{detail:H}))}dial(){!this.target||!this.from||this.target.number===this.from||!this.busy&&!this.away&&this.tell(this.target)}tell({number:C}){let H={from:this.from,number:C};this.dispatchEvent(new CustomEvent("dialled",{detail:H}))}static{this.styles=[O,u`
      :host {
        display: flex;
        flex-direction: column;
        gap: 8px;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      .whom {
        flex: 3 1 200px;
        min-width: 0;
        display: flex;
        align-items: center;
        gap: 4px;
      }
      yeastar-picker {
        flex: 1;
        min-width: 0;
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
      .pad {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 96px));
        justify-content: center;
        gap: 8px;
      }
      .key {
        display: grid;
        place-items: center;
        min-height: 48px;
        border-radius: 24px;
        font-size: var(--ha-font-size-xl, 20px);
        background: var(--soft);
      }
      .key:hover:not(:disabled) {
        background: color-mix(in srgb, var(--primary-color) 14%, transparent);
      }
      /* The plus stands below the star, to the left of taking back. */
      .key:nth-child(13) {
        grid-column: 1;
      }
      .key:nth-child(14) {
        grid-column: 3;
      }
      .favourite {
        max-width: 100%;
        min-height: 44px;
        border-radius: 22px;
      }
      .favourite .icon {
        color: color-mix(in srgb, var(--idle) 75%, var(--primary-text-color));
      }
    `]}};d([p({attribute:!1})],k.prototype,"hass",2),d([p({attribute:!1})],k.prototype,"entryId",2),d([p({attribute:!1})],k.prototype,"phones",2),d([p()],k.prototype,"from",2),d([p({attribute:!1})],k.prototype,"target",2),d([p({attribute:!1})],k.prototype,"favourites",2),d([p({type:Boolean})],k.prototype,"busy",2),d([p({type:Boolean})],k.prototype,"away",2),d([s()],k.prototype,"hasPad",2),d([L1("yeastar-picker")],k.prototype,"picker",2);var M0=["idle","in_call","on_hold"],f1=M=>M.direction==="inbound"&&!M.answered&&(!!M.offered_until||M.status!=="waiting"),H3=M=>f1(M)?M.offered_until?2:1:0,e0={take:"transfer",ask_first:"transfer",complete:"transfer",take_back:"transfer",invite:"add_member",pause_recording:"record",resume_recording:"record"},o1=class extends y{constructor(){super(...arguments);this.muted=new Set;this.recordings=new Map;this.asking=new Set;this.isShown=C=>{let H=this.config.extensions;return H?.length?C.extensions.some(L=>{let e=this.feed.extensions.get(L);return e&&H.some(r=>I(e,r))}):!0}}phone(){return this.usualPhone()}told({calls_gone:C}){for(let H of C??[])for(let L of[this.muted,this.recordings,this.asking])L.delete(H);return!0}sortedCalls(){return[...this.feed.calls.values()].filter(this.isShown).sort((C,H)=>H3(H)-H3(C)||(C.started<H.started?-1:1))}callRow(C,H=!1){let{feed:L,busy:e}=this,{from:r,to:i}=this.sides(C),a=this.takes(C)?.name??"",m=L.isLive?this.since(C.answered??C.started):0,Z=C.offered_until?L.local(C.offered_until):0,n=this.muted.has(C.call_id),x=this.recordings.get(C.call_id)??"",v=this.asking.has(C.call_id),c=L.pbx?.abilities??[];return $([C,r,i,a,m,Z,n,x,v,e,c,this.entryId,this.hass.language],()=>o`<yeastar-call-row
        .hass=${this.hass}
        .entryId=${this.entryId}
        .call=${C}
        .from=${r}
        .to=${i}
        .takes=${a}
        .pickUp=${C.pick_up?this.name(C.pick_up):""}
        .since=${m}
        .until=${Z}
        .busy=${e||!m}
        .muted=${n}
        .recording=${x}
        .asking=${v}
        .abilities=${c}
        ?large=${H}
      ></yeastar-call-row>`)}since(C){return Math.round(this.feed.local(C)/1e3)*1e3}sides(C){let H=C.from_name||C.from||t1(C.caller_id??"unknown_number"),L=C.to_name||C.to;if(C.answered_by&&C.direction==="inbound")L=this.name(C.answered_by);else if(C.direction==="inbound"){let e=C.extensions.filter(r=>this.feed.extensions.get(r)?.state==="ringing");e.length&&(L=e.slice(0,2).map(r=>this.name(r)).join(", "),e.length>2&&(L+=` +${e.length-2}`))}return{from:H,to:L}}sentence(C){if(C.pick_up)return t("pick_up",{phone:this.name(C.pick_up)});let{from:H,to:L}=this.sides(C),e=L?t("calls_whom",{from:H,to:L}):t("is_calling",{from:H});return C.offered_until&&C.control?`${e}. ${t("asks")}`:e}takes(C){if(!(C.direction==="inbound"&&!C.answered&&!C.offered_until)||!C.transferable||!C.control)return;let L=this.feed.extensions.get(this.phone());return L?.control&&M0.includes(L.state)?L:void 0}async act(C){let{verb:H,call:L}=C.detail;await this.perform(e0[H]??H,this.fields(C.detail))&&(H==="mute"&&this.muted.add(L.call_id),H==="unmute"&&this.muted.delete(L.call_id),(H==="record"||H==="resume_recording")&&this.recordings.set(L.call_id,"on"),H==="pause_recording"&&this.recordings.set(L.call_id,"paused"),H==="ask_first"&&this.asking.add(L.call_id),(H==="complete"||H==="take_back")&&this.asking.delete(L.call_id),this.requestUpdate())}fields({verb:C,call:H,target:L}){let{call_id:e}=H;switch(C){case"hold":case"resume":case"mute":case"unmute":case"park":case"record":return{extension:this.phoneIn(H)};case"pause_recording":return{extension:this.phoneIn(H),step:"pause"};case"resume_recording":return{extension:this.phoneIn(H),step:"resume"};case"complete":return{call_id:e,mode:"attended",step:"complete"};case"take_back":return{call_id:e,mode:"attended",step:"cancel"};case"invite":return{extension:this.phoneIn(H),number:L.number};case"ask_first":return{...this.fields({verb:"transfer",call:H,target:L}),mode:"attended"};case"take":return{call_id:e,extension:this.phone()};case"transfer":{let{number:r,kind:i}=L;return i?{call_id:e,[i]:r}:this.feed.extensions.has(r)?{call_id:e,extension:r}:{call_id:e,number:r,permission_of:this.phoneIn(H)??this.phone()}}default:return{call_id:e}}}phoneIn(C){let H=C.extensions.filter(L=>this.feed.extensions.get(L)?.control);return[this.phone(),C.answered_by,C.from,H[0]].find(L=>L&&H.includes(L))}};var r0=1e3,B2=new Set,a1=class M extends o1{constructor(){super(...arguments);this.isFirst=!1;this.isOpen=!1;this.key=C=>{let[H]=this.loud();C.key!=="Escape"||C.defaultPrevented||!H||(C.preventDefault(),this.dismiss(H))}}static{this.all=new Set}set settings(C){this.setConfig(C)}connectedCallback(){super.connectedCallback(),M.all.add(this)}disconnectedCallback(){super.disconnectedCallback(),M.all.delete(this),this.close()}told(C){for(let H of C.calls_gone??[])B2.delete(H);return super.told(C)}loud(){return this.feed.isLive?this.sortedCalls().filter(C=>f1(C)&&!B2.has(C.call_id)):[]}render(){let[C,...H]=this.loud(),{shown:L}=M;return L&&L!==this&&(L.isFirst||!this.isFirst)?A:C?o`<dialog
      popover="manual"
      role="alertdialog"
      tabindex="-1"
      autofocus
      aria-label=${t("incoming")}
      aria-describedby="sentence"
      @act=${this.act}
      @cancel=${e=>{e.preventDefault(),this.dismiss(C)}}
    >
      <div class="inner">
        <div id="sentence" class="hidden" aria-live="assertive">${this.sentence(C)}</div>
        ${this.callRow(C,!0)}
        <div class="side">
          <button
            class="round"
            aria-label=${t("dismiss")}
            title=${t("dismiss")}
            @click=${()=>this.dismiss(C)}
          >
            ${l(b1)}
          </button>
          ${H.length?o`<span class="chip" title=${t("more_calls",{count:H.length})}>
                <span aria-hidden="true">+${H.length}</span>
                <span class="hidden">${t("more_calls",{count:H.length})}</span>
              </span>`:A}
        </div>
      </div>
    </dialog>`:A}updated(){let C=this.renderRoot.querySelector("dialog");C?this.isOpen||this.open(C):this.close()}open(C){this.isOpen=!0,M.shown?.requestUpdate(),M.shown=this,this.returnTo=g2(),C.showPopover(),this.raise(),C.focus({preventScroll:!0}),this.timer=window.setInterval(()=>this.raise(),r0),window.addEventListener("keydown",this.key)}close(){if(this.isOpen){if(this.isOpen=!1,M.shown===this){M.shown=void 0;for(let C of M.all)C.requestUpdate()}clearInterval(this.timer),window.removeEventListener("keydown",this.key),[null,document.body].includes(g2())&&this.returnTo?.focus({preventScroll:!0}),this.returnTo=void 0}}raise(){let C=this.renderRoot.querySelector("dialog");if(!C?.matches(":popover-open"))return;let{x:H,y:L,width:e,height:r}=C.getBoundingClientRect(),a=this.renderRoot.elementFromPoint(H+e/2,L+r-2);a&&C.contains(a)||(C.hidePopover(),C.showModal())}dismiss(C){B2.add(C.call_id),this.requestUpdate()}static{this.styles=[...y.styles,u`
      :host {
        display: contents;
      }
      dialog {
        box-sizing: border-box;
        position: fixed;
        inset: 0 0 auto;
        width: 100%;
        max-width: none;
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
      dialog:focus-visible {
        outline: none;
      }
      dialog::backdrop {
        background: none;
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
        min-width: 0;
      }
      .side {
        display: flex;
        flex-direction: row-reverse;
        align-items: center;
        gap: 8px;
      }
      .chip {
        font-size: var(--ha-font-size-m, 14px);
      }
      @media (max-width: 600px) {
        .inner {
          align-items: start;
        }
        .side {
          flex-direction: column;
        }
      }
    `]}};var t0=[0,.18,.36,.9,1.08,1.26],V3=[784,988],i0=.12,H2=class{constructor(){this.isWaiting=!1;this.unlock=()=>{this.context?.resume().catch(()=>{})};for(let V of["pointerdown","keydown"])window.addEventListener(V,this.unlock,{capture:!0})}start(){this.timer||(this.timer=window.setInterval(()=>this.play(),3e3),this.play())}stop(){clearInterval(this.timer),this.timer=void 0,this.context?.close().catch(()=>{}),this.context=void 0}destroy(){this.stop();for(let V of["pointerdown","keydown"])window.removeEventListener(V,this.unlock,{capture:!0})}play(){let V=this.context??=new AudioContext;V.state==="running"?L3(V):this.isWaiting||(this.isWaiting=!0,V.resume().then(()=>V===this.context&&L3(V)).catch(()=>{}).finally(()=>{this.isWaiting=!1}))}},L3=M=>{t0.forEach((V,C)=>{let H=M.currentTime+V,L=M.createOscillator(),e=M.createGain();L.type="triangle",L.frequency.value=V3[C%V3.length],e.gain.setValueAtTime(0,H),e.gain.linearRampToValueAtTime(i0,H+.02),e.gain.exponentialRampToValueAtTime(.001,H+.35),L.connect(e).connect(M.destination),L.start(H),L.stop(H+.4)})};var T2="yeastar-popup-everywhere",V2=class extends a1{constructor(){super(...arguments);this.isFirst=!0}connectedCallback(){super.connectedCallback(),this.tone=f.value.ring?new H2:void 0}disconnectedCallback(){super.disconnectedCallback(),this.tone?.destroy(),this.notification?.close()}told(C){let H=W();return H&&(this.hass=H),super.told(C)}loud(){let{only_mine:C,phone:H}=f.value,L=super.loud();return C&&H?L.filter(e=>e.extensions.includes(H)):L}updated(){super.updated();let[C]=this.loud();C?this.tone?.start():this.tone?.stop(),C?.call_id!==this.notified&&this.notify(C)}notify(C){if(this.notified=C?.call_id,this.notification?.close(),this.notification=void 0,!(!C||!f.value.notify||document.hasFocus())&&!(!("Notification"in window)||Notification.permission!=="granted"))try{this.notification=new Notification(this.sentence(C),{tag:C.call_id}),this.notification.onclick=()=>window.focus()}catch{}}},o0=M=>{let V=new Set;for(let C of Object.values(M.entities))if(!(C?.platform!=="yeastar"||!C.device_id))for(let H of M.devices[C.device_id]?.config_entries??[])V.add(H);return V.size===1?[void 0]:[...V]},M3="",a0=()=>{let M=JSON.stringify([f.isPopupOn,f.value]);if(M===M3)return;M3=M;for(let C of document.querySelectorAll(T2))C.remove();let V=W();if(!(!f.isPopupOn||!V))for(let C of o0(V)){let H=document.createElement(T2);H.setConfig({type:T2,config_entry_id:C}),H.hass=V,document.body.append(H)}},e3=async()=>{let M=await W5();f.listen(a0),f.follow(M.connection)};var A0=["ringing","in_call","on_hold"],d0=["unavailable","unknown","unregistered"],r3=(M,{entity_id:V})=>V?M.entities[V]:void 0,g1=(M,V)=>{let C=r3(M,V);return C?.platform==="yeastar"&&C.translation_key==="extension_state"},t3=(M,V)=>{let C=r3(M,V)?.device_id;return Object.values(M.entities).find(H=>H?.device_id===C&&H?.platform==="yeastar"&&H.translation_key==="do_not_disturb")?.entity_id},i3=(M,V)=>g1(M,V)&&!!t3(M,V),d1=class extends h{constructor(){super(...arguments);this.busy=!1;this.isWaitingForTexts=!0}setConfig(C){}set context(C){C!==this._context&&(this._context=C,this.requestUpdate())}set hass(C){let H=this._hass;this._hass=C;let L=N(C);this.isWaitingForTexts=!!L,L?.then(()=>{this.isWaitingForTexts=!1,this.requestUpdate()}),(!H||H.language!==C.language||this.concerns(H,C))&&this.requestUpdate()}get hass(){return this._hass}get entityId(){return this._context.entity_id}get state(){return this.hass.states[this.entityId]?.state??"unavailable"}get phone(){return this.hass.entities[this.entityId].device_id}shouldUpdate(){let{_hass:C,_context:H}=this;return!!C&&!!H&&g1(C,H)&&!this.isWaitingForTexts}concerns(C,H){let L=this._context?.entity_id;return!!L&&C.states[L]!==H.states[L]}async perform(C,H={}){this.busy=!0;try{return await this.hass.callService("yeastar",C,{extension:this.phone,...H}),!0}catch{return!1}finally{this.busy=!1}}button(C,H,L,e={}){return o`<button
      class="feature ${e.classes??""} ${e.pending?"pending":""}"
      title=${C}
      aria-pressed=${e.pressed??A}
      aria-busy=${e.pending??A}
      ?disabled=${!!e.disabled||this.busy}
      @click=${L}
    >
      ${l(H,"small")}<span class="cut">${C}</span>
    </button>`}static{this.styles=[O,u`
      .feature {
        box-sizing: border-box;
        display: flex;
        align-items: center;
        justify-content: center;
        gap: 8px;
        width: 100%;
        height: var(--feature-height, 42px);
        padding: 0 12px;
        border-radius: var(--feature-border-radius, 12px);
        background: color-mix(in srgb, var(--fill, var(--feature-color)) 20%, transparent);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .feature[aria-pressed="true"] {
        color: #fff;
        background: color-mix(in srgb, var(--feature-color) 75%, #000);
      }
      .pending {
        animation: wait 1.2s ease-in-out infinite;
      }
      @keyframes wait {
        50% {
          opacity: 0.35;
        }
      }
    `]}};d([s()],d1.prototype,"busy",2);var A1=class extends d1{constructor(){super(...arguments);this.hasDialled=!1}static getStubConfig(){return{type:"custom:yeastar-call-feature"}}willUpdate(){this.state!=="ringing"&&this.state!=="idle"&&(this.hasDialled=!1)}render(){if(this.hasDialled&&this.state==="ringing")return o`<div class="feature loud" role="status">
        <span class="cut">${t("pick_up_this")}</span>
      </div>`;let C=d0.includes(this.state);return o`<div class="row" role="group" aria-label=${t("dial_group")}>
      <yeastar-picker
        .hass=${this.hass}
        .entryId=${this.hass.devices[this.phone]?.config_entries[0]}
        .label=${t("name_or_number")}
        .target=${this.target}
        .disabled=${C}
        @picker-changed=${H=>{this.target=H.detail}}
        @picker-enter=${this.dial}
      ></yeastar-picker>
      <button
        class="round filled go"
        aria-label=${t("call")}
        title=${t("call")}
        ?disabled=${!this.target||C||this.busy}
        @click=${this.dial}
      >
        ${l(P,"small")}
      </button>
    </div>`}async dial(){if(!this.target||this.busy)return;this.hasDialled=!0,await this.perform("dial",{number:this.target.number})?this.target=void 0:this.hasDialled=!1}static{this.styles=[...super.styles,u`
      .row {
        display: flex;
        align-items: center;
        gap: 8px;
        --height: var(--feature-height, 42px);
      }
      yeastar-picker {
        flex: 1;
        min-width: 0;
      }
      .round {
        width: var(--height);
        height: var(--height);
        border-radius: var(--feature-border-radius, 12px);
      }
      .loud {
        --fill: var(--ring);
      }
    `]}};d([s()],A1.prototype,"target",2),d([s()],A1.prototype,"hasDialled",2);var L2=class extends d1{constructor(){super(...arguments);this.switching=new r1(this)}static getStubConfig(){return{type:"custom:yeastar-do-not-disturb-feature"}}get quiet(){return t3(this.hass,{entity_id:this.entityId})}concerns(C,H){let L=this.hasUpdated?this.quiet:void 0;return!!L&&C.states[L]!==H.states[L]}render(){let C=this.quiet;if(!C)return A;let{isOn:H,isPending:L}=this.switching.shown(this.hass,C);return this.button(L?t("pending"):t("do_not_disturb"),H?m1:O1,()=>this.switching.toggle(this.hass,C),{pressed:H,pending:L,disabled:L||this.hass.states[C]?.state==="unavailable"})}},M2=class extends d1{static getStubConfig(){return{type:"custom:yeastar-hang-up-feature"}}render(){let V=()=>{this.perform("hang_up")},C=!A0.includes(this.state);return this.button(t("hang_up"),C1,V,{classes:"end",disabled:C})}};var e2={de:{about_call:"Ein Feld, um mit diesem Telefon zu wählen.",about_call_log:"Letzte und verpasste Anrufe.",about_dashboard:"Telefone, Anrufe, Amtsleitungen und Zähler deiner Yeastar-Telefonanlage.",about_do_not_disturb:"Schaltet „Bitte nicht stören“ dieses Telefons.",about_hang_up:"Beendet den Anruf dieses Telefons.",about_phones:"Telefone, Anrufe und ein Wählfeld.",name_all_phones:"Alle Telefone",name_call:"Anrufen",name_call_log:"Yeastar Anrufliste",name_dashboard:"Telefone",name_do_not_disturb:"Bitte nicht stören",name_hang_up:"Auflegen",name_or_number:"Name oder Nummer",name_phones:"Yeastar Telefone",name_this_phone:"Dieses Telefon"},en:{about_call:"A field to dial with this phone.",about_call_log:"Recent and missed calls.",about_dashboard:"Phones, calls, trunks and counters of your Yeastar PBX.",about_do_not_disturb:"Switches do not disturb of this phone.",about_hang_up:"Ends the call of this phone.",about_phones:"Phones, calls and a dial field.",name_all_phones:"All phones",name_call:"Call",name_call_log:"Yeastar call log",name_dashboard:"Phones",name_do_not_disturb:"Do not disturb",name_hang_up:"Hang up",name_or_number:"Name or number",name_phones:"Yeastar phones",name_this_phone:"This phone"},es:{about_call:"Un campo para marcar con este teléfono.",about_call_log:"Llamadas recientes y perdidas.",about_dashboard:"Teléfonos, llamadas, troncales y contadores de tu centralita Yeastar.",about_do_not_disturb:"Activa o desactiva No molestar en este teléfono.",about_hang_up:"Termina la llamada de este teléfono.",about_phones:"Teléfonos, llamadas y un campo para marcar.",name_all_phones:"Todos los teléfonos",name_call:"Llamar",name_call_log:"Registro de llamadas Yeastar",name_dashboard:"Teléfonos",name_do_not_disturb:"No molestar",name_hang_up:"Colgar",name_or_number:"Nombre o número",name_phones:"Teléfonos Yeastar",name_this_phone:"Este teléfono"},fr:{about_call:"Un champ pour appeler avec ce téléphone.",about_call_log:"Appels récents et en absence.",about_dashboard:"Téléphones, appels, lignes externes et compteurs de votre PBX Yeastar.",about_do_not_disturb:"Active ou désactive Ne pas déranger sur ce téléphone.",about_hang_up:"Met fin à l'appel de ce téléphone.",about_phones:"Téléphones, appels et un champ de numérotation.",name_all_phones:"Tous les téléphones",name_call:"Appeler",name_call_log:"Journal d'appels Yeastar",name_dashboard:"Téléphones",name_do_not_disturb:"Ne pas déranger",name_hang_up:"Raccrocher",name_or_number:"Nom ou numéro",name_phones:"Téléphones Yeastar",name_this_phone:"Ce téléphone"},it:{about_call:"Un campo per chiamare con questo telefono.",about_call_log:"Chiamate recenti e perse.",about_dashboard:"Telefoni, chiamate, linee esterne e contatori del centralino Yeastar.",about_do_not_disturb:"Attiva o disattiva Non disturbare su questo telefono.",about_hang_up:"Termina la chiamata di questo telefono.",about_phones:"Telefoni, chiamate e un campo per comporre.",name_all_phones:"Tutti i telefoni",name_call:"Chiama",name_call_log:"Registro chiamate Yeastar",name_dashboard:"Telefoni",name_do_not_disturb:"Non disturbare",name_hang_up:"Riaggancia",name_or_number:"Nome o numero",name_phones:"Telefoni Yeastar",name_this_phone:"Questo telefono"},nl:{about_call:"Een veld om met deze telefoon te bellen.",about_call_log:"Recente en gemiste oproepen.",about_dashboard:"Telefoons, oproepen, trunks en tellers van je Yeastar-telefooncentrale.",about_do_not_disturb:"Zet niet storen van deze telefoon aan of uit.",about_hang_up:"Beëindigt de oproep van deze telefoon.",about_phones:"Telefoons, oproepen en een kiesveld.",name_all_phones:"Alle telefoons",name_call:"Bellen",name_call_log:"Yeastar-oproeplijst",name_dashboard:"Telefoons",name_do_not_disturb:"Niet storen",name_hang_up:"Ophangen",name_or_number:"Naam of nummer",name_phones:"Yeastar-telefoons",name_this_phone:"Deze telefoon"},"pt-BR":{about_call:"Um campo para discar com este telefone.",about_call_log:"Chamadas recentes e perdidas.",about_dashboard:"Telefones, chamadas, troncos e contadores do seu PABX Yeastar.",about_do_not_disturb:"Ativa ou desativa Não perturbe neste telefone.",about_hang_up:"Encerra a chamada deste telefone.",about_phones:"Telefones, chamadas e um campo para discar.",name_all_phones:"Todos os telefones",name_call:"Ligar",name_call_log:"Registro de chamadas Yeastar",name_dashboard:"Telefones",name_do_not_disturb:"Não perturbe",name_hang_up:"Desligar",name_or_number:"Nome ou número",name_phones:"Telefones Yeastar",name_this_phone:"Este telefone"},"zh-Hans":{about_call:"用此话机拨号的输入栏。",about_call_log:"最近通话和未接来电。",about_dashboard:"Yeastar PBX 的话机、通话、中继和计数。",about_do_not_disturb:"开启或关闭此话机的免打扰。",about_hang_up:"结束此话机的通话。",about_phones:"话机、通话和拨号栏。",name_all_phones:"所有话机",name_call:"拨打",name_call_log:"Yeastar 通话记录",name_dashboard:"话机",name_do_not_disturb:"免打扰",name_hang_up:"挂断",name_or_number:"名称或号码",name_phones:"Yeastar 话机",name_this_phone:"此话机"}};var G=M=>{let V=W()?.language??"en";return(e2[V]??e2[V.split("-")[0]]??e2.en)[M]};var n1=class extends o1{constructor(){super(...arguments);this.from="";this.shown=[];this.phones=[];this.favourites=[];this.favourite=C=>{let{extensions:H}=this.feed,L=H.get(C)??[...H.values()].find(e=>I(e,C));return{number:L?.number??C,name:L?.name??C}}}static getConfigForm(){return j5()}static getStubConfig(){return{}}getCardSize(){return 4+Math.ceil(this.feed.extensions.size/2)}getGridOptions(){return{columns:12,min_columns:6,rows:"auto",min_rows:3}}concerns(C,H){for(let{do_not_disturb_entity_id:L}of this.feed.extensions.values())if(L&&C.states[L]?.state!==H.states[L]?.state)return!0;return!1}told(C){return super.told(C),X1(C,"ended","ended_gone")}willUpdate(){this.shown=this.rows(),this.phones=o3(this.phones,this.shown.filter(C=>C.control)),this.favourites=o3(this.favourites,(this.config.favourites??[]).map(this.favourite))}render(){let C=this.problem(),{feed:H}=this,L=this.sortedCalls(),e=r=>!this.config.hide?.includes(r);return o`<ha-card>
      ${this.header()}
      ${C??o`${this.trouble()}
        <div class="content ${H.isLive?"":"stale"}">
        <div class="hidden" role="status">${this.announcement(L)}</div>
        ${e("calls")&&L.length?this.callList(L):A}
        ${e("dial")?this.dialBar():A} ${e("phones")?this.board():A}
      </div>`}
      ${this.config.popup&&!this.preview?o`<yeastar-popup .hass=${this.hass} .settings=${this.config}></yeastar-popup>`:A}
      <yeastar-popup-settings></yeastar-popup-settings>
    </ha-card>`}header(){return o`<div class="header">
      ${l(k1,"dim")}
      <h2 class="cut">${this.heading()}</h2>
      ${this.missedChip()}
      ${this.preview?A:o`<button
            class="round"
            aria-label=${t("popup_settings")}
            title=${t("popup_settings")}
            ?disabled=${!this.feed.isLive}
            @click=${this.openSettings}
          >
            ${l(G2,"small")}
          </button>`}
    </div>`}heading(){return this.config.title??this.only?.name??this.feed.pbx?.name??t("phones")}get only(){return this.config.extensions?.length===1?this.shown[0]:void 0}missedChip(){let{feed:C,only:H}=this,L=!!this.config.extensions?.length,e=L?H?.missed:C.missed;return e?o`<button
      class="chip missed"
      ?disabled=${!C.isLive}
      @click=${()=>this.moreInfo(L?this.missedBy(H):C.pbx?.missed_entity_id)}
    >
      ${l(l1)}${t("missed_count",{count:e})}
    </button>`:A}missedBy(C){return Object.values(this.hass.entities).find(H=>H?.device_id===C.device_id&&H?.translation_key==="extension_missed_calls")?.entity_id}callList(C){return o`<div class="calls" role="list" aria-label=${t("calls")} @act=${this.act}>
      ${R(C,H=>H.call_id,H=>o`<div role="listitem">${this.callRow(H)}</div>`)}
    </div>`}dialBar(){return this.phones.length?o`<yeastar-dial
      .hass=${this.hass}
      .entryId=${this.entryId}
      .phones=${this.phones}
      .from=${this.phone()}
      .target=${this.target}
      .favourites=${this.favourites}
      .busy=${this.busy}
      .away=${!this.feed.isLive}
      @target-changed=${C=>{this.target=C.detail}}
      @from-changed=${C=>{this.from=C.detail,this.remember(this.from)}}
      @dialled=${this.dial}
    ></yeastar-dial>`:A}board(){return o`<yeastar-board
      .hass=${this.hass}
      .phones=${this.shown}
      .since=${this.talkingSince()}
      .selected=${this.target?.number??""}
      .hideIdle=${!!this.config.hide_idle}
      .busyFirst=${this.config.sort==="busy"}
      .away=${!this.feed.isLive}
      @phone-selected=${this.select}
    ></yeastar-board>`}rows(){let C=this.config.extensions,H=[...this.feed.extensions.values()].filter(e=>C?.length?C.some(r=>I(e,r)):e.device_id),L=(e,r)=>e.number.length-r.number.length||(e.number<r.number?-1:1);return H.sort(this.config.sort==="name"?(e,r)=>e.name.localeCompare(r.name):L)}talkingSince(){let C=new Map;for(let H of this.feed.calls.values()){if(!H.answered)continue;let L=this.since(H.answered);for(let e of[H.answered_by,H.from,H.to])e&&H.extensions.includes(e)&&C.set(e,L)}return C}announcement(C){let H=this.feed.isLive&&C.find(L=>f1(L)||L.pick_up);return H?this.sentence(H):""}phone(){return this.phones.some(C=>C.number===this.from)?this.from:this.usualPhone()}openSettings(){this.renderRoot.querySelector("yeastar-popup-settings").open(this.hass,[...this.feed.extensions.values()])}select({detail:C}){let H=this.target?.number===C.number;this.target=H?void 0:{number:C.number,name:C.name}}async dial(C){let{from:H,number:L}=C.detail;await this.dialWith(H,L)!==void 0&&(this.target=void 0)}static{this.styles=[...y.styles,u`
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
    `]}};d([s()],n1.prototype,"target",2),d([s()],n1.prototype,"from",2);var o3=(M,V)=>M.length===V.length&&M.every((C,H)=>C.number===V[H].number&&C.name===V[H].name)?M:V;var n0=8,p0={ivr:Y2,queue:$2,ring_group:D2},g=class extends h{constructor(){super(...arguments);this.label="";this.destinations=[];this.tel=!1;this.disabled=!1;this.open=!1;this.active=-1;this.options=[];this.typed=""}willUpdate(C){C.has("target")&&this.target?.number!==this.typed&&(this.typed=this.target?.name||this.target?.number||"")}render(){return o`<input
        type="text"
        role="combobox"
        inputmode=${this.tel?"tel":"text"}
        enterkeyhint="go"
        autocomplete="off"
        spellcheck="false"
        aria-autocomplete="list"
        aria-controls="options"
        aria-expanded=${this.open}
        aria-activedescendant=${this.active>=0?`option-${this.active}`:A}
        aria-label=${this.label}
        placeholder=${this.label}
        .value=${this.typed}
        ?disabled=${this.disabled}
        @focus=${this.focused}
        @blur=${this.close}
        @input=${this.changed}
        @keydown=${this.key}
      />
      <ul id="options" role="listbox" aria-label=${this.label} ?hidden=${!this.open}>
        ${this.options.map((C,H)=>o`<li
              id="option-${H}"
              role="option"
              aria-selected=${H===this.active}
              @pointerdown=${L=>L.preventDefault()}
              @click=${()=>this.pick(C)}
            >
              ${l(C.path)}
              <span class="who">
                <bdi class="cut">${C.name}</bdi>
                <span class="dim cut">
                  ${C.kind?o`${t(`kind_${C.kind}`)} · `:A}
                  <bdi dir="ltr">${C.number}</bdi>
                </span>
              </span>
            </li>`)}
      </ul>`}focus(){this.input.focus()}type(C){this.input.value=C?this.typed+C:this.typed.slice(0,-1),this.book??=this.load(),this.changed()}focused(){this.book=this.load(),this.input.select()}async load(){try{let C=await this.hass.callWS({type:"yeastar/phone_book",...this.destinations.length?{destinations:!0}:{},...this.entryId?{config_entry_id:this.entryId}:{}}),H=C.contacts.flatMap(({name:r,numbers:i})=>i.map(a=>({name:r,number:a,path:E2}))),L=C.extensions.map(r=>({...r,path:k1})),e=(C.destinations??[]).filter(({kind:r})=>this.destinations.includes(r)).map(r=>({...r,path:p0[r.kind]}));return[...H,...L,...e].map(r=>({...r,key:_(r.name)}))}catch{return[]}}async changed(){this.typed=this.input.value,this.tell(this.typed.trim()?{number:this.typed.trim(),name:""}:void 0);let C=this.typed,H=await this.book??[];C===this.typed&&this.search(H)}search(C){let H=_(this.typed.trim()),L=i1(this.typed),e=i=>i.key.startsWith(H)||!!L&&i1(i.number).startsWith(L),r=i=>i.key.includes(H)||L.length>2&&i1(i.number).includes(L);this.options=H?[...C.filter(e),...C.filter(i=>!e(i)&&r(i))].slice(0,n0):[],this.open=this.options.length>0,this.active=-1}key(C){let H=this.options.length;switch(C.key){case"ArrowDown":case"ArrowUp":if(!this.open)return;C.preventDefault(),this.active=C.key==="ArrowDown"?(this.active+1)%H:(Math.max(this.active,0)+H-1)%H;break;case"Enter":this.open&&this.active>=0?this.pick(this.options[this.active]):this.target&&this.dispatchEvent(new CustomEvent("picker-enter")),this.close();break;case"Escape":this.open&&C.stopPropagation(),this.close();break}}pick(C){this.typed=C.name,this.close();let{number:H,name:L,kind:e}=C;this.tell({number:H,name:L,...e?{kind:e}:{}})}close(){this.open=!1,this.active=-1}tell(C){this.dispatchEvent(new CustomEvent("picker-changed",{detail:C}))}static{this.styles=[O,u`
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
      li .who {
        flex: 1;
        min-width: 0;
        display: flex;
        flex-direction: column;
        line-height: 1.35;
      }
      li .dim {
        font-size: var(--ha-font-size-s, 12px);
      }
      li:hover,
      li[aria-selected="true"] {
        background: color-mix(in srgb, var(--primary-color) 14%, transparent);
      }
    `]}};d([p({attribute:!1})],g.prototype,"hass",2),d([p({attribute:!1})],g.prototype,"entryId",2),d([p()],g.prototype,"label",2),d([p({attribute:!1})],g.prototype,"destinations",2),d([p({type:Boolean})],g.prototype,"tel",2),d([p({type:Boolean})],g.prototype,"disabled",2),d([p({attribute:!1})],g.prototype,"target",2),d([s()],g.prototype,"open",2),d([s()],g.prototype,"active",2),d([s()],g.prototype,"options",2),d([L1("input")],g.prototype,"input",2);var m0=["","on","off"],J=class extends h{constructor(){super(...arguments);this.phones=[]}connectedCallback(){super.connectedCallback(),this.unlisten=f.listen(()=>this.requestUpdate())}disconnectedCallback(){super.disconnectedCallback(),this.unlisten?.()}async open(C,H){this.hass=C,this.phones=H.filter(h1),await this.updateComplete,this.dialog.showModal()}render(){if(!this.hass)return o``;let{value:C,here:H}=f;return o`<dialog aria-labelledby="title" @click=${this.clicked}>
      <form method="dialog">
        <h2 id="title">${t("popup_settings")}</h2>
        ${this.switch("everywhere")}
        ${this.select("here",m0.map(L=>[L,t(`here_${L||"same"}`)]),H,L=>f.setHere(L))}
        ${this.select("phone",[["",t("last_used")],...this.phones.map(({number:L,name:e})=>[L,`${e} (${L})`])],C.phone??"",L=>this.change({phone:L}))}
        ${this.select("whose",[["",t("whose_all")],["mine",t("whose_mine")]],C.only_mine?"mine":"",L=>this.change({only_mine:!!L}))}
        ${this.switch("ring")} ${this.switch("notify",this.whyNoNotification())}
        <button class="done" autofocus>${t("done")}</button>
      </form>
    </dialog>`}switch(C,H){let L=!!f.value[C]&&!H,e=H??t(`help_${C}`);return o`<label class="line">
      <span class="words">
        <span>${t(`field_${C}`)}</span>
        <span class="dim" id=${`help-${C}`}>${e}</span>
      </span>
      <input
        type="checkbox"
        role="switch"
        name=${C}
        aria-describedby=${`help-${C}`}
        .checked=${L}
        ?disabled=${!!H}
        @change=${r=>this.set(C,r.target.checked)}
      />
    </label>`}select(C,H,L,e){return o`<label class="line">
      <span class="words" aria-hidden="true">${t(`field_${C}`)}</span>
      <select
        name=${C}
        aria-label=${t(`field_${C}`)}
        @change=${r=>e(r.target.value)}
      >
        ${H.map(([r,i])=>o`<option value=${r} .selected=${r===L}>${i}</option>`)}
      </select>
    </label>`}whyNoNotification(){return!("Notification"in window)||!window.isSecureContext?t("notify_needs_https"):Notification.permission==="denied"?t("notify_blocked"):void 0}async set(C,H){C==="notify"&&H&&await Notification.requestPermission(),this.change({[C]:H}),this.requestUpdate()}change(C){f.change(this.hass,C).catch(()=>{})}clicked(C){C.target===this.dialog&&this.dialog.close()}static{this.styles=[O,u`
      :host {
        display: contents;
      }
      dialog {
        box-sizing: border-box;
        width: min(440px, calc(100vw - 32px));
        max-height: calc(100dvh - 32px);
        padding: 0;
        border: none;
        border-radius: var(--ha-border-radius-xl, 20px);
        color: var(--primary-text-color);
        background: var(--card-background-color, #fff);
        box-shadow: 0 8px 32px rgb(0 0 0 / 0.4);
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 0.4);
      }
      form {
        display: flex;
        flex-direction: column;
        gap: 16px;
        padding: 24px;
      }
      h2 {
        font-size: var(--ha-font-size-xl, 20px);
      }
      .line {
        display: flex;
        align-items: center;
        gap: 16px;
        min-height: 44px;
      }
      .words {
        flex: 1;
        display: flex;
        flex-direction: column;
        min-width: 0;
      }
      .words .dim {
        font-size: var(--ha-font-size-s, 12px);
      }
      .line select {
        flex: 0 1 200px;
        min-width: 0;
        height: 44px;
        border: none;
        border-radius: 8px;
        padding: 0 12px;
        color: var(--primary-text-color);
        background: color-mix(in srgb, var(--primary-text-color) 8%, var(--card-background-color, #fff));
      }
      option {
        color: initial;
      }
      input[role="switch"] {
        appearance: none;
        position: relative;
        flex: none;
        width: 52px;
        height: 32px;
        border-radius: 16px;
        cursor: pointer;
        background: color-mix(in srgb, var(--primary-text-color) 45%, transparent);
        transition: background-color 120ms;
      }
      input[role="switch"]::after {
        content: "";
        position: absolute;
        top: 4px;
        inset-inline-start: 4px;
        width: 24px;
        height: 24px;
        border-radius: 50%;
        background: #fff;
        transition: translate 120ms;
      }
      input[role="switch"]:checked {
        background: var(--primary-color);
      }
      input[role="switch"]:checked::after {
        translate: 20px;
      }
      input[role="switch"]:checked:dir(rtl)::after {
        translate: -20px;
      }
      input:disabled {
        cursor: default;
        opacity: 0.4;
      }
      .done {
        align-self: flex-end;
        min-height: 44px;
        padding: 0 24px;
        border-radius: 22px;
        font-weight: var(--ha-font-weight-medium, 500);
        color: var(--text-primary-color, #fff);
        background: color-mix(in srgb, var(--primary-color) 80%, #000);
      }
    `]}};d([s()],J.prototype,"hass",2),d([s()],J.prototype,"phones",2),d([L1("dialog")],J.prototype,"dialog",2);var l0=["inbound_calls","outbound_calls","internal_calls","registered_extensions","missed_calls","last_call","last_restart"],r2={columns:"full"},a3=20,A3=6,t2=class extends HTMLElement{static{this.noEditor=!0}static{this.registryDependencies=["entities","devices"]}static getCreateSuggestions(){return{title:G("name_dashboard"),icon:"mdi:phone-classic"}}static async generate(V,C){await N(C);let H=v0(C).filter(({entryId:L})=>!V.config_entry_id||L===V.config_entry_id);return H.length?{views:H.map(L=>s0(C,L,H.length>1))}:{views:[{cards:[{type:"custom:yeastar-phone-card"}]}]}}},v0=M=>{let V=new Map;for(let{platform:L,device_id:e,translation_key:r,entity_id:i}of x0(M)){if(L!=="yeastar"||!e)continue;let a=V.get(e)??new Map;V.set(e,a),a.set(r??i.split(".")[0],i)}let C=new Map,H=L=>{let e=M.devices[L]?.config_entries[0]??"",r=C.get(e)??{entryId:e,name:"",entities:new Map,phones:[],online:[],trunks:[]};return C.set(e,r),r};for(let[L,e]of V){let r=H(L);if(e.has("inbound_calls")){let i=M.devices[L];r.name=i?.name_by_user||i?.name||"",r.entities=e}else if(e.has("extension_state")){r.phones.push(e.get("extension_state"));let i=e.get("registered");i&&r.online.push(i)}else e.has("trunk_state")&&r.trunks.push(e)}return[...C.values()]},x0=M=>Object.values(M.entities).filter(V=>!!V),s0=(M,V,C)=>{let H=C?{config_entry_id:V.entryId}:{},L=[{column_span:2,cards:[{type:"custom:yeastar-phone-card",grid_options:r2,...H}]},{cards:[{type:"custom:yeastar-call-log-card",grid_options:r2,...H}]},{cards:[F2(t("now"),"mdi:phone-in-talk"),...Z0(V)]}];return V.trunks.length&&L.push({cards:[F2(t("trunks"),"mdi:transit-connection-variant"),...V.trunks.flatMap(u0)]}),V.phones.length&&L.push({cards:[F2(t("recently"),"mdi:history"),...c0(M,V)]}),{title:V.name,type:"sections",max_columns:3,sections:L.map(e=>({type:"grid",...e}))}},F2=(M,V)=>({type:"heading",heading:M,icon:V}),Z0=({entities:M})=>l0.filter(V=>M.has(V)).map(V=>({type:"tile",entity:M.get(V),name:{type:"entity"}})),u0=M=>{let V={type:"tile",entity:M.get("trunk_state"),name:{type:"device"}},C=M.get("problem")??M.get("binary_sensor");return C?[["red","state"],["green","state_not"]].map(([H,L])=>({...V,color:H,visibility:[{condition:"state",entity:C,[L]:"on"}]})):[V]},c0=({config:M},{phones:V,online:C})=>{let H=V.slice(0,a3),L=[];return M.components.includes("history")&&L.push({type:"history-graph",hours_to_show:A3,entities:H.map(e=>({entity:e,name:{type:"device"}})),grid_options:r2}),M.components.includes("logbook")&&L.push({type:"logbook",target:{entity_id:C.slice(0,a3)},hours_to_show:A3,grid_options:{...r2,rows:7}}),L};var S0=["extension_state","connected_party","registered","do_not_disturb"],h0=["inbound_calls","outbound_calls","internal_calls","registered_extensions"],f0=["missed_calls","last_call","mark_missed_calls_seen"],d3=(M,V)=>{let C=M.entities[V];return C?.platform==="yeastar"?[C.translation_key??"",C.device_id]:[""]},n3=(M,V)=>{let[C,H]=d3(M,V),L={type:"custom:yeastar-phone-card"};return h0.includes(C)?{config:L}:S0.includes(C)?[{label:G("name_all_phones"),config:{...L,phone:H}},{label:G("name_this_phone"),config:{...L,phone:H,extensions:[H]}}]:null},p3=(M,V)=>{let[C,H]=d3(M,V),L={type:"custom:yeastar-call-log-card"};return f0.includes(C)?{config:L}:C!=="extension_missed_calls"?null:{config:{...L,phone:H,extension:H}}};var g0={"yeastar-since":C2,"yeastar-picker":g,"yeastar-dial":k,"yeastar-board":b,"yeastar-call-row":S,"yeastar-popup":a1,"yeastar-popup-everywhere":V2,"yeastar-popup-settings":J,"yeastar-phone-card":n1,"yeastar-call-log-card":U,"yeastar-call-feature":A1,"yeastar-do-not-disturb-feature":L2,"yeastar-hang-up-feature":M2,"ll-strategy-dashboard-yeastar":t2},R2={preview:!0,documentationURL:"https://github.com/yeastar-home-assistant/yeastar#cards"},p1=(M,V,C,H)=>Object.assign({type:M,get name(){return G(V)},get description(){return G(C)}},H);if(!customElements.get("yeastar-phone-card")){for(let[V,C]of Object.entries(g0))customElements.define(V,C);let M=window;(M.customCards??=[]).push(p1("yeastar-phone-card","name_phones","about_phones",{...R2,getEntitySuggestion:n3}),p1("yeastar-call-log-card","name_call_log","about_call_log",{...R2,getEntitySuggestion:p3})),(M.customCardFeatures??=[]).push(p1("yeastar-call-feature","name_call","about_call",{isSupported:g1}),p1("yeastar-do-not-disturb-feature","name_do_not_disturb","about_do_not_disturb",{isSupported:i3}),p1("yeastar-hang-up-feature","name_hang_up","about_hang_up",{isSupported:g1})),(M.customStrategies??=[]).push(p1("yeastar","name_dashboard","about_dashboard",{strategyType:"dashboard",documentationURL:R2.documentationURL})),e3()}
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
lit-html/directives/keyed.js:
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
