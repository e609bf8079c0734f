# A stub "Linux kernel" (bzImage of boot protocol 2.13, with a PE stub for UEFI and the EFI handover):
# it prints how it was entered, its command line and its initrd on COM1, and leaves QEMU with status
# 0x63. Built by loaders.py: as -o stub.o stub_kernel.S; ld -Ttext 0 --oformat binary -o vmlinuz.stub stub.o
	.intel_syntax noprefix
	.text
	.globl _start
_start:
	.ascii "MZ"
	.org 0x3c
	.long 0x40
	.org 0x40
	.ascii "PE\0\0"
	.word 0x8664, 2
	.long 0,0,0
	.word 0xF0, 0x0206
	.word 0x20B
	.byte 2,20
	.long _end - 0x200, 0, 0, pe_entry - _start, 0x200
	.quad 0
	.long 0x20, 0x20
	.word 0,0,0,0,0,0
	.long 0
	.long _end - _start, 0x200, 0
	.word 10, 0x0
	.quad 0,0,0,0
	.long 0, 16
	.quad 0,0,0,0,0
	.long reloc - _start, 8
	.quad 0,0,0,0,0,0,0,0,0,0
	.ascii ".text\0\0\0"
	.long reloc - 0x200 , 0x200, reloc - 0x200, 0x200, 0, 0
	.word 0,0
	.long 0x60000020
	.ascii ".reloc\0\0"
	.long _end - reloc, reloc - _start, _end - reloc, reloc - _start, 0, 0
	.word 0,0
	.long 0x42000040
	.org 0x1f1
	.byte 4
	.word 0
	.long (_end - pm) / 16
	.word 0, 0xffff, 0
	.word 0xAA55
	.byte 0xEB, rm - hdrend - 0
hdrend:
	.ascii "HdrS"
	.word 0x020d
	.long 0
	.word 0x1000, kver - 0x200
	.byte 0, 0x01
	.word 0x8000
	.long 0x100000, 0, 0, 0
	.word 0
	.byte 0,0
	.long 0, 0x7fffffff, 0x200000
	.byte 1, 21
	.word 0x0009
	.long 2047, 0
	.quad 0
	.long 0, 0
	.quad 0, 0x1000000
	.long 0x200000, handover - pm - 512
	.code16
rm:
	cld
	mov si, offset msg16
	call puts16
	mov eax, [0x228]
	test eax, eax
	jz 2f
	mov edx, eax
	shr eax, 4
	mov es, ax
	and dx, 15
	mov si, dx
1:	mov al, es:[si]
	inc si
	test al, al
	jz 2f
	call putc
	jmp 1b
2:	mov si, offset msgi
	call puts16
	mov eax, [0x218]
	call hex16
	mov al, '+'
	call putc
	mov eax, [0x21c]
	call hex16
	mov si, offset msge
	call puts16
	mov dx, 0x3fd
3:	in al, dx
	test al, 0x40
	jz 3b
	mov dx, 0xf4
	mov al, 0x31
	out dx, al
4:	hlt
	jmp 4b
puts16:	lodsb
	test al, al
	jz 9f
	call putc
	jmp puts16
9:	ret
putc:	push dx
	push ax
	mov dx, 0x3fd
8:	in al, dx
	test al, 0x20
	jz 8b
	pop ax
	mov dx, 0x3f8
	out dx, al
	pop dx
	ret
hex16:	mov cx, 8
7:	rol eax, 4
	push eax
	and al, 15
	add al, '0'
	cmp al, '9'
	jbe 6f
	add al, 39
6:	call putc
	pop eax
	loop 7b
	ret
msg16:	.asciz "\r\nSTUB-KERNEL rm16 cmdline=["
msgi:	.asciz "] initrd="
msge:	.asciz "\r\n"
kver:	.asciz "6.1.0-stub (stage2@recorder) #1"
	.org 0xA00
pm:
	.code32
	cld
	call 1f
1:	pop ebx
	lea edi, [ebx + msg32 - 1b]
	call puts32
	mov edi, [esi + 0x228]
	test edi, edi
	jz 2f
	call puts32
2:	lea edi, [ebx + msgi2 - 1b]
	call puts32
	mov eax, [esi + 0x218]
	call hex32
	mov al, '+'
	call putc32
	mov eax, [esi + 0x21c]
	call hex32
	lea edi, [ebx + msge2 - 1b]
	call puts32
	jmp exit32
	# the following routines assemble to the same bytes in 32 and 64 bit mode
	.code64
puts32:	mov al, [rdi]
	test al, al
	jz 9f
	call putc32
	.byte 0x83, 0xc7, 0x01	# add edi,1 (zero-extends in 64-bit mode)
	jmp puts32
9:	ret
putc32:	.byte 0x0f, 0xb6, 0xc8	# movzx ecx, al
	.byte 0x66, 0xba, 0xfd, 0x03
8:	in al, dx
	test al, 0x20
	jz 8b
	mov al, cl
	.byte 0x66, 0xba, 0xf8, 0x03
	out dx, al
	ret
hex32:	.byte 0x89, 0xc7	# mov edi, eax
	.byte 0xb5, 8		# mov ch, 8
7:	rol edi, 4
	mov eax, edi
	and al, 15
	add al, '0'
	cmp al, '9'
	jbe 6f
	add al, 39
6:	push rcx
	call putc32
	pop rcx
	.byte 0xfe, 0xcd	# dec ch
	jnz 7b
	ret
exit32:	.byte 0x66, 0xba, 0xfd, 0x03
3:	in al, dx
	test al, 0x40
	jz 3b
	.byte 0x66, 0xba, 0xf4, 0x00
	mov al, 0x31
	out dx, al
4:	hlt
	jmp 4b
msg32:	.asciz "\r\nSTUB-KERNEL pm32 cmdline=["
msgi2:	.asciz "] initrd="
msge2:	.asciz "\r\n"
	.org 0xA00 + 0x400
handover:			# rdi handle, rsi systab, rdx boot_params
	cld
	mov rbx, rdx
	lea rdi, [rip + msgho]
	call puts64
	mov edi, [rbx + 0x228]
	test edi, edi
	jz 2f
	call puts64
2:	lea rdi, [rip + msgi2]
	call puts64
	mov eax, [rbx + 0x218]
	call hex32
	mov al, '+'
	call putc32
	mov eax, [rbx + 0x21c]
	call hex32
	lea rdi, [rip + msge2]
	call puts64
	jmp exit32
puts64:	mov al, [rdi]
	test al, al
	jz 9f
	call putc32
	inc rdi
	jmp puts64
9:	ret
pe_entry:			# rcx handle, rdx systab
	cld
	mov rbx, rdx
	mov rsi, rcx
	lea rdi, [rip + msgpe]
	call puts64
	mov rcx, rsi
	sub rsp, 56
	lea rdx, [rip + guid]
	lea r8, [rsp + 48]
	mov rax, [rbx + 0x60]
	call [rax + 0x98]
	mov rbx, [rsp + 48]
	mov esi, [rbx + 0x30]
	mov rbx, [rbx + 0x38]
	shr esi, 1
	jz 2f
1:	mov al, [rbx]
	test al, al
	jz 2f
	call putc32
	add rbx, 2
	dec esi
	jnz 1b
2:	lea rdi, [rip + msgp2]
	call puts64
	jmp exit32
guid:	.long 0x5B1B31A1
	.word 0x9562, 0x11d2
	.byte 0x8E,0x3F,0x00,0xA0,0xC9,0x69,0x72,0x3B
msgho:	.asciz "\r\nSTUB-KERNEL efi-handover cmdline=["
msgpe:	.asciz "\r\nSTUB-KERNEL efi-pe loadoptions=["
msgp2:	.asciz "]\r\n"
	.balign 0x1000
reloc:	.long 0, 8
	.balign 0x200
_end:
