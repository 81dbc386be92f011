using System.Reflection;
using System.Reflection.Emit;

namespace Commission.Embedded.Runtime;

/// <summary>
/// Emits, for a grain interface, one struct per method that holds its arguments and makes the call, and a class that
/// hands these to <see cref="GrainReference"/>.
/// </summary>
internal sealed class ReferenceEmitter
{
    private const MethodAttributes Implementation =
        MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.HideBySig
        | MethodAttributes.NewSlot;

    private readonly Type _interface;
    private readonly ModuleBuilder _module;

    private ReferenceEmitter(Type type)
    {
        _interface = type;
        var name = new AssemblyName($"Commission.Embedded.References.{type.FullName}");
        var assembly = AssemblyBuilder.DefineDynamicAssembly(name, AssemblyBuilderAccess.Run);
        _module = assembly.DefineDynamicModule("References");
        AllowInternals(assembly);
    }

    internal static Type Emit(Type type, IReadOnlyList<GrainMethod> methods)
    {
        var emitter = new ReferenceEmitter(type);
        var calls = methods.Select((method, index) => emitter.EmitCall(method.Method, index)).ToArray();
        return emitter.EmitReference(methods, calls);
    }

    /// <summary>
    /// Lets the emitted code use internal interfaces, such as those of tests, and this assembly's own base class.
    /// </summary>
    private void AllowInternals(AssemblyBuilder assembly)
    {
        var attribute = EmitIgnoresAccessChecks();
        var constructor = attribute.GetConstructor([typeof(string)])!;
        var names = MentionedAssemblies().Select(mentioned => mentioned.GetName().Name);
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            assembly.SetCustomAttribute(new CustomAttributeBuilder(constructor, [name]));
        }
    }

    /// <summary>The runtime knows this attribute by its name only; no library has it.</summary>
    private Type EmitIgnoresAccessChecks()
    {
        var type = _module.DefineType(
            "System.Runtime.CompilerServices.IgnoresAccessChecksToAttribute",
            TypeAttributes.NotPublic,
            typeof(Attribute));
        var constructor = type.DefineConstructor(
            MethodAttributes.Public, CallingConventions.HasThis, [typeof(string)]);
        var il = constructor.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, typeof(Attribute).GetConstructor(BindingFlags.NonPublic | BindingFlags.Instance, [])!);
        il.Emit(OpCodes.Ret);
        return type.CreateType();
    }

    private IEnumerable<Assembly> MentionedAssemblies()
    {
        var methods = _interface.GetInterfaces().Prepend(_interface).SelectMany(type => type.GetMethods());
        return methods
            .SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType)
                .Append(method.ReturnType)
                .Append(method.DeclaringType!))
            .SelectMany(WithArguments)
            .Select(type => type.Assembly)
            .Append(_interface.Assembly)
            .Append(typeof(GrainReference).Assembly);
    }

    private static IEnumerable<Type> WithArguments(Type type) =>
        type.HasElementType
            ? WithArguments(type.GetElementType()!)
            : type.GenericTypeArguments.SelectMany(WithArguments).Append(type);

    private Type EmitCall(MethodInfo method, int index)
    {
        var result = method.ReturnType.IsGenericType ? method.ReturnType.GenericTypeArguments[0] : null;
        var returns = result is null ? typeof(ValueTask) : typeof(ValueTask<>).MakeGenericType(result);
        var contract = result is null ? typeof(IGrainCall) : typeof(IGrainCall<>).MakeGenericType(result);
        var call = _module.DefineType(
            $"Call{index}_{method.Name}",
            TypeAttributes.Public | TypeAttributes.Sealed | TypeAttributes.SequentialLayout,
            typeof(ValueType),
            [contract]);
        var fields = method.GetParameters()
            .Select((one, number) => call.DefineField($"_{number}", one.ParameterType, FieldAttributes.Public))
            .ToArray();
        var invoke = call.DefineMethod(nameof(IGrainCall.Invoke), Implementation, returns, [typeof(object)]);
        EmitInvoke(invoke.GetILGenerator(), method, fields, returns);
        call.DefineMethodOverride(invoke, contract.GetMethod(nameof(IGrainCall.Invoke))!);
        return call.CreateType();
    }

    private static void EmitInvoke(ILGenerator il, MethodInfo method, FieldInfo[] fields, Type returns)
    {
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Castclass, method.DeclaringType!);
        foreach (var field in fields)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, field);
        }

        il.Emit(OpCodes.Callvirt, method);
        if (method.ReturnType != returns)
        {
            il.Emit(OpCodes.Newobj, returns.GetConstructor([method.ReturnType])!);
        }

        il.Emit(OpCodes.Ret);
    }

    private Type EmitReference(IReadOnlyList<GrainMethod> methods, Type[] calls)
    {
        var reference = _module.DefineType(
            $"{_interface.Name}Reference",
            TypeAttributes.Public | TypeAttributes.Sealed,
            typeof(GrainReference),
            [_interface]);
        EmitConstructor(reference);
        for (var index = 0; index < calls.Length; index++)
        {
            EmitMethod(reference, methods[index], calls[index], index);
        }

        return reference.CreateType();
    }

    private static void EmitConstructor(TypeBuilder reference)
    {
        Type[] parameters = [typeof(GrainInterface), typeof(string)];
        var inherited = typeof(GrainReference)
            .GetConstructor(BindingFlags.NonPublic | BindingFlags.Instance, parameters)!;
        var il = reference
            .DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, parameters)
            .GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Call, inherited);
        il.Emit(OpCodes.Ret);
    }

    private static void EmitMethod(TypeBuilder reference, GrainMethod about, Type call, int index)
    {
        var method = about.Method;
        var parameters = method.GetParameters().Select(parameter => parameter.ParameterType).ToArray();
        var emitted = reference.DefineMethod(
            $"{method.DeclaringType!.FullName}.{method.Name}", Implementation, method.ReturnType, parameters);
        var il = emitted.GetILGenerator();
        var held = il.DeclareLocal(call);
        il.Emit(OpCodes.Ldloca, held);
        il.Emit(OpCodes.Initobj, call);
        for (var number = 0; number < parameters.Length; number++)
        {
            il.Emit(OpCodes.Ldloca, held);
            il.Emit(OpCodes.Ldarg, (short)(number + 1));
            il.Emit(OpCodes.Stfld, call.GetField($"_{number}")!);
        }

        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4, index);
        il.Emit(OpCodes.Ldloc, held);
        il.Emit(OpCodes.Call, Target(about, call));
        il.Emit(OpCodes.Ret);
        reference.DefineMethodOverride(emitted, method);
    }

    /// <summary>The method of the base class that makes calls with this kind of result.</summary>
    private static MethodInfo Target(GrainMethod about, Type call)
    {
        var result = about.Method.ReturnType;
        var isTask = typeof(Task).IsAssignableFrom(result);
        var name = about.IsOneWay
            ? (isTask ? "CallOneWayTask" : "CallOneWayValueTask")
            : (isTask ? "CallTask" : "CallValueTask");
        Type[] arguments = [call, .. result.GenericTypeArguments];
        return typeof(GrainReference)
            .GetMethods(BindingFlags.NonPublic | BindingFlags.Instance)
            .Single(method => string.Equals(method.Name, name, StringComparison.Ordinal)
                && method.GetGenericArguments().Length == arguments.Length)
            .MakeGenericMethod(arguments);
    }
}
