using System.Diagnostics;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace SnnNotebooks.Weave;

/// <summary>
/// A copy of an assembly whose methods keep what they were given until they return. Optimised code lets go of an object at its last use,
/// and where that is reading a native handle, the collector may free what the handle names while the native call still reads it. TorchSharp
/// 0.107
/// is written that way throughout. Code that the just-in-time compiler may not optimise keeps every argument and local variable to its end.
/// </summary>
internal static class LivingArguments
{
    /// <summary>
    /// Turns optimisation off and gives a variable to objects that had none when their handle was read; the identity stays.
    /// </summary>
    /// <param name="from">The assembly; it is only read.</param>
    /// <param name="to">Where the copy goes.</param>
    /// <returns>How many objects got a variable.</returns>
    /// <exception cref="BadImageFormatException">It is no assembly.</exception>
    public static int Copy(string from, string to)
    {
        using var module = ModuleDefinition.ReadModule(from);
        TurnOptimisationOff(module);
        var kept = module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody).Sum(KeepTemporaries);
        module.Write(to);
        return kept;
    }

    private static void TurnOptimisationOff(ModuleDefinition module)
    {
        foreach (var former in module.Assembly.CustomAttributes.Where(
            a => a.AttributeType.FullName == typeof(DebuggableAttribute).FullName).ToList())
        {
            module.Assembly.CustomAttributes.Remove(former);
        }

        var core = module.TypeSystem.CoreLibrary;
        var attribute = new TypeReference("System.Diagnostics", nameof(DebuggableAttribute), module, core);
        var modes = new TypeReference(string.Empty, nameof(DebuggableAttribute.DebuggingModes), module, core,
            valueType: true) { DeclaringType = attribute };
        var constructor = new MethodReference(".ctor", module.TypeSystem.Void, attribute) { HasThis = true, Parameters = { new(modes) } };
        const DebuggableAttribute.DebuggingModes Off =
            DebuggableAttribute.DebuggingModes.Default | DebuggableAttribute.DebuggingModes.DisableOptimizations;
        module.Assembly.CustomAttributes.Add(new CustomAttribute(constructor) { ConstructorArguments = { new(modes, (int)Off) } });
    }

    /// <summary>
    /// `5.ToScalar().Handle`: the object is on the evaluation stack only, where unoptimised code does not keep it either.
    /// </summary>
    private static int KeepTemporaries(MethodDefinition method)
    {
        var reads = method.Body.Instructions.Where(ReadsHandleOfTemporary).ToList();
        if (reads.Count == 0)
        {
            return 0;
        }

        method.Body.SimplifyMacros(); // short jumps may not reach over what is put in
        var code = method.Body.GetILProcessor();
        foreach (var read in reads)
        {
            var variable = new VariableDefinition(((MethodReference)read.Operand).DeclaringType);
            method.Body.Variables.Add(variable);
            code.InsertBefore(read, code.Create(OpCodes.Dup));
            code.InsertBefore(read, code.Create(OpCodes.Stloc, variable));
        }

        method.Body.InitLocals = true;
        method.Body.OptimizeMacros();
        return reads.Count;
    }

    private static bool ReadsHandleOfTemporary(Instruction instruction) =>
        instruction is { Operand: MethodReference { Name: "get_Handle", HasThis: true, DeclaringType.IsValueType: false } read,
            Previous.Operand: MethodReference made }
        && (instruction.Previous.OpCode == OpCodes.Newobj ? made.DeclaringType : made.ReturnType).FullName == read.DeclaringType.FullName;
}
