using System.Linq.Expressions;
using System.Reflection;

namespace Commission.Embedded.Runtime;

/// <summary>What the runtime needs of a method of a grain interface.</summary>
internal sealed record GrainMethod(MethodInfo Method, RequestTraits Traits, bool IsOneWay)
{
    internal string Name => Method.Name;
}

/// <summary>A grain interface, the class behind it and the emitted references to its grains.</summary>
internal sealed class GrainInterface
{
    private readonly Func<GrainInterface, string, GrainReference> _create;

    internal GrainInterface(Type type, GrainClass grainClass)
    {
        Class = grainClass;
        Methods = [.. AllInterfaces(type).SelectMany(one => one.GetMethods()).Where(IsCall).Select(Describe)];
        _create = CompileConstructor(ReferenceEmitter.Emit(type, Methods));
    }

    internal GrainClass Class { get; }

    internal GrainMethod[] Methods { get; }

    internal GrainReference Create(string key) => _create(this, key);

    private static IEnumerable<Type> AllInterfaces(Type type) => type.GetInterfaces().Prepend(type);

    private static bool IsCall(MethodInfo method) => method is { IsStatic: false, IsAbstract: true };

    private static GrainMethod Describe(MethodInfo method)
    {
        var isOneWay = method.IsDefined(typeof(OneWayAttribute));
        var refused =
            !IsAwaitable(method.ReturnType) ? "does not return Task, Task<T>, ValueTask or ValueTask<T>"
            : method.IsGenericMethodDefinition ? "is generic"
            : method.GetParameters().Any(one => one.ParameterType.IsByRef) ? "has a ref, in or out parameter"
            : isOneWay && method.ReturnType.IsGenericType ? "is one-way and has a result"
            : null;
        if (refused is not null)
        {
            throw new ArgumentException(
                $"Grain method {method.DeclaringType}.{method.Name} {refused}.", nameof(method));
        }

        var traits = (method.IsDefined(typeof(ReadOnlyAttribute)) ? RequestTraits.ReadOnly : RequestTraits.None)
            | (method.IsDefined(typeof(AlwaysInterleaveAttribute)) ? RequestTraits.Interleaves : RequestTraits.None);
        return new GrainMethod(method, traits, isOneWay);
    }

    private static bool IsAwaitable(Type type)
    {
        var open = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return open == typeof(Task) || open == typeof(ValueTask)
            || open == typeof(Task<>) || open == typeof(ValueTask<>);
    }

    private static Func<GrainInterface, string, GrainReference> CompileConstructor(Type reference)
    {
        var grainInterface = Expression.Parameter(typeof(GrainInterface));
        var key = Expression.Parameter(typeof(string));
        var create = Expression.New(reference.GetConstructors().Single(), grainInterface, key);
        return Expression.Lambda<Func<GrainInterface, string, GrainReference>>(create, grainInterface, key).Compile();
    }
}
