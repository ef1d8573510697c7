using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace SnnNotebooks.Host.Tests.Architecture;

/// <summary>What an assembly shows to others, a line for each type and member, in a fixed order.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Words = new()
    {
        [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(double)] = "double", [typeof(float)] = "float", [typeof(int)] = "int",
        [typeof(long)] = "long", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(ushort)] = "ushort",
        [typeof(void)] = "void",
    };

    /// <summary>The lines.</summary>
    public static IEnumerable<string> Of(Assembly assembly) => assembly.GetExportedTypes()
        .OrderBy(type => type.FullName, StringComparer.Ordinal)
        .SelectMany(type => Members(type).Order(StringComparer.Ordinal).Select(member => $"{Name(type)}.{member}").Prepend(Head(type)));

    private static string Head(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct"
            : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
            : type is { IsAbstract: true, IsSealed: true }
                ? "static class"
                : type.IsAbstract ? "abstract class"
                : type.IsSealed ? "sealed class"
                : "class";
        var parent = type.BaseType == typeof(object) || type.IsValueType ? null : type.BaseType;
        var own = type.GetInterfaces().Except(parent?.GetInterfaces() ?? []).Where(each => each.IsVisible && !type.IsEnum);
        Type?[] bases = [parent, .. own.OrderBy(Name, StringComparer.Ordinal)];
        var named = string.Join(", ", bases.OfType<Type>().Select(Name));
        return $"{kind} {Name(type)}{(named.Length > 0 ? " : " + named : string.Empty)}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(field => $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}");
        }

        var accessors = type.GetProperties(Declared).SelectMany(property => property.GetAccessors(nonPublic: true)).ToHashSet();
        var methods = type.GetMethods(Declared).Where(method => IsSeen(method) && !accessors.Contains(method) && !Generated(method));
        var properties = type.GetProperties(Declared)
            .Where(property => property.GetAccessors(nonPublic: true).Any(IsSeen) && !Generated(property));
        return type.GetConstructors(Declared).Where(method => IsSeen(method) && !method.IsStatic)
            .Select(method => $"{Protected(method)}new({Parameters(method)})")
            .Concat(methods.Select(Method))
            .Concat(properties.Select(Property))
            .Concat(type.GetEvents(Declared).Where(each => IsSeen(each.AddMethod!))
                .Select(each => $"event {Name(each.EventHandlerType!)} {each.Name}"))
            .Concat(type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily).Select(Field));
    }

    private static string Field(FieldInfo field) => field.IsLiteral
        ? $"const {Name(field.FieldType)} {field.Name} = {Value(field.GetRawConstantValue())}"
        : $"{(field.IsStatic ? "static " : string.Empty)}{Name(field.FieldType)} {field.Name}";

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    // what the compiler adds to records follows from their other members
    private static bool Generated(MemberInfo member) =>
        member.IsDefined(typeof(CompilerGeneratedAttribute)) || member.Name == "EqualityContract";

    private static string Protected(MethodBase method) => method.IsPublic ? string.Empty : "protected ";

    private static string Method(MethodInfo method)
    {
        var generic = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : string.Empty;
        return $"{Protected(method)}{Dispatch(method)}{Name(method.ReturnType)} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Property(PropertyInfo property)
    {
        var (get, set) = (property.GetMethod, property.SetMethod);
        var first = get is not null && IsSeen(get) ? get : set!;
        var init = set?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : string.Empty;
        var index = property.GetIndexParameters() is { Length: > 0 } parameters
            ? $"[{string.Join(", ", parameters.Select(parameter => Name(parameter.ParameterType)))}]"
            : string.Empty;
        var getter = get is not null && IsSeen(get) ? "get; " : string.Empty;
        var setter = set is not null && IsSeen(set) ? init ? "init; " : "set; " : string.Empty;
        return $"{Protected(first)}{Dispatch(first)}{required}{Name(property.PropertyType)} {property.Name}{index} {{ {getter}{setter}}}";
    }

    private static string Dispatch(MethodInfo method) =>
        method.IsStatic ? "static " : method.DeclaringType!.IsInterface ? string.Empty : method.IsAbstract ? "abstract "
        : method.GetBaseDefinition() != method ? "override " : method is { IsVirtual: true, IsFinal: false } ? "virtual " : string.Empty;

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
    {
        var passed = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : string.Empty;
        return $"{passed}{Name(parameter.ParameterType)} "
            + $"{parameter.Name}{(parameter.HasDefaultValue ? " = " + Value(parameter.RawDefaultValue) : string.Empty)}";
    }));

    private static string Value(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string Name(Type type)
    {
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return Name(inner) + "?";
        }

        if (Words.TryGetValue(type, out var word))
        {
            return word;
        }

        var own = type.Namespace?.StartsWith("SnnNotebooks", StringComparison.Ordinal) == true;
        var plain = own ? type.FullName ?? $"{type.Namespace}.{type.Name}" : type.Name;
        plain = plain.Split('[')[0].Replace('+', '.');
        return type.IsGenericType ? $"{plain.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : plain;
    }
}
