using Mono.Cecil;
using Mono.Cecil.Cil;
using SnnNotebooks.Native;
using SnnNotebooks.TestSupport;
using SnnNotebooks.Weave;
using TorchSharp;

namespace SnnNotebooks.Tests.Native;

public sealed class TorchSharpAssemblyTests
{
    [Fact]
    public void What_these_tests_run_on_keeps_its_arguments()
    {
        Assert.True(TorchSharpAssembly.KeepsArguments, TorchSharpAssembly.Caution);
        Assert.Null(TorchSharpAssembly.Caution);
    }

    [Fact]
    public void No_handle_in_it_is_read_from_an_object_that_nothing_keeps()
    {
        using var module = ModuleDefinition.ReadModule(typeof(torch).Assembly.Location);
        var reads = module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody)
            .SelectMany(method => method.Body.Instructions.Where(IsRead).Select(read => (method, read)))
            .ToList();

        Assert.True(reads.Count > 1000);
        Assert.Empty(reads.Where(found => IsPassing(found.read)).Select(found => found.method.FullName));
    }

    [Fact]
    public void The_copy_has_the_identity_of_its_original_and_a_second_copy_is_the_same()
    {
        using var folder = new TemporaryFolder();
        var original = typeof(torch).Assembly.Location;

        Assert.Equal(0, LivingArguments.Copy(original, folder.File("TorchSharp.dll"))); // all have a variable already

        Assert.Equal(typeof(torch).Assembly.FullName,
            System.Reflection.AssemblyName.GetAssemblyName(folder.File("TorchSharp.dll")).FullName);
        Assert.Equal(File.ReadAllBytes(original), File.ReadAllBytes(folder.File("TorchSharp.dll")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no assembly")]
    public void What_is_no_assembly_is_refused(string content)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("a.dll"), content);

        Assert.Throws<BadImageFormatException>(() => LivingArguments.Copy(folder.File("a.dll"), folder.File("b.dll")));
        Assert.False(File.Exists(folder.File("b.dll")));
    }

    private static bool IsRead(Instruction instruction) =>
        instruction.Operand is MethodReference { Name: "get_Handle", HasThis: true, DeclaringType.IsValueType: false };

    /// <summary>The object comes straight from a call; an element of a list is kept by the list.</summary>
    private static bool IsPassing(Instruction read) =>
        read.Previous.Operand is MethodReference made && !made.DeclaringType.IsGenericInstance
        && (read.Previous.OpCode == OpCodes.Newobj || made.ReturnType.MetadataType != MetadataType.Void);
}
