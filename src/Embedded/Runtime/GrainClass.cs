using System.Collections.Concurrent;
using System.Reflection;
using Commission.Embedded.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Commission.Embedded.Runtime;

/// <summary>A grain class and its activations by key.</summary>
internal sealed class GrainClass
{
    private readonly ConcurrentDictionary<string, Activation> _activations = new(StringComparer.Ordinal);
    private readonly Func<Activation, PersistentState>[] _states;
    private readonly ObjectFactory _factory;

    internal GrainClass(EmbeddedGrainRuntime runtime, Type type)
    {
        Runtime = runtime;
        Type = type;
        Name = NameOf(type);
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute), inherit: true);
        KeepsAlive = type.IsDefined(typeof(KeepAliveAttribute), inherit: true);
        CollectionAge = type.GetCustomAttribute<CollectionAgeLimitAttribute>(inherit: true)?.Age;
        var parameters = StateParameters(type);
        _states = [.. parameters.Select(StateFactory)];
        _factory = ActivatorUtilities.CreateFactory(type, [.. parameters.Select(one => one.ParameterType)]);
    }

    internal EmbeddedGrainRuntime Runtime { get; }

    internal Type Type { get; }

    /// <summary>The name under which the state of its grains is stored.</summary>
    internal string Name { get; }

    internal bool IsReentrant { get; }

    internal bool KeepsAlive { get; }

    /// <summary>The age of its own at which its activations are collected; null: the runtime's.</summary>
    internal TimeSpan? CollectionAge { get; }

    internal int Count => _activations.Count;

    internal IEnumerable<Activation> Activations => _activations.Values;

    internal Activation Find(string key) =>
        _activations.TryGetValue(key, out var found)
            ? found
            : _activations.GetOrAdd(key, static (key, grainClass) => new Activation(grainClass, key), this);

    internal Activation? FindOrNull(string key) => _activations.GetValueOrDefault(key);

    internal void Remove(Activation activation) =>
        _activations.TryRemove(KeyValuePair.Create(activation.Key, activation));

    internal Grain Construct(Activation activation)
    {
        var states = _states.Length == 0 ? [] : new object[_states.Length];
        for (var i = 0; i < states.Length; i++)
        {
            var state = _states[i](activation);
            activation.AddPersistentState(state);
            states[i] = state;
        }

        return (Grain)_factory(Runtime.ServiceProvider, states);
    }

    private static string NameOf(Type type)
    {
        var name = type.Name;
        var stem = name.EndsWith(nameof(Grain), StringComparison.Ordinal) && name.Length > nameof(Grain).Length
            ? name[..^nameof(Grain).Length]
            : name;
        return stem.ToLowerInvariant();
    }

    private static ParameterInfo[] StateParameters(Type type)
    {
        var constructor = type.GetConstructors().MaxBy(candidate => candidate.GetParameters().Length)
            ?? throw new ArgumentException($"Grain class {type} has no public constructor.", nameof(type));
        return [.. constructor.GetParameters().Where(one => one.IsDefined(typeof(PersistentStateAttribute)))];
    }

    private static Func<Activation, PersistentState> StateFactory(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(IPersistentState<>))
        {
            throw new ArgumentException(
                $"Parameter {parameter.Name} of {parameter.Member.DeclaringType} is no IPersistentState.",
                nameof(parameter));
        }

        var where = parameter.GetCustomAttribute<PersistentStateAttribute>()!;
        var create = typeof(GrainClass)
            .GetMethod(nameof(CreateState), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type.GenericTypeArguments)
            .CreateDelegate<Func<Activation, PersistentStateAttribute, PersistentState>>();
        return activation => create(activation, where);
    }

    private static PersistentState<TState> CreateState<TState>(
        Activation activation, PersistentStateAttribute where) => new(activation, where);
}
