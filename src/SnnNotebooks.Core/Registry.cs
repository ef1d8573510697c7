using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace SnnNotebooks;

/// <summary>Things by name, in the order they were added. Anyone may add; a name is given once. Safe for use by several threads.</summary>
/// <typeparam name="T">What is named.</typeparam>
[SuppressMessage("Naming", "CA1710", Justification = "a registry is what it is called")]
public sealed class Registry<T> : IReadOnlyDictionary<string, T>
{
    private readonly Lock adding = new();
    private readonly string kind;
    private OrderedDictionary<string, T> entries = new(StringComparer.Ordinal); // replaced, never changed: readers need no lock

    /// <summary>An empty registry.</summary>
    /// <param name="kind">What is named, in words, for messages: "recipe".</param>
    /// <exception cref="ArgumentException"><paramref name="kind"/> is empty.</exception>
    public Registry(string kind)
    {
        ArgumentException.ThrowIfNullOrEmpty(kind);
        this.kind = kind;
    }

    /// <inheritdoc/>
    public int Count => entries.Count;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => entries.Keys;

    /// <inheritdoc/>
    public IEnumerable<T> Values => entries.Values;

    /// <summary>What has a name.</summary>
    /// <param name="key">The name.</param>
    /// <exception cref="KeyNotFoundException">Nothing has it; the message lists the names there are.</exception>
    public T this[string key] => TryGetValue(key, out var value)
        ? value
        : throw new KeyNotFoundException($"There is no {kind} named {key}; there are {string.Join(", ", Keys)}.");

    /// <summary>Adds something under a name of its own.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">What it names.</param>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    public void Add(string name, T value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        lock (adding)
        {
            if (entries.ContainsKey(name))
            {
                throw new ArgumentException($"There is another {kind} named {name}: give this one another name.", nameof(name));
            }

            entries = new OrderedDictionary<string, T>(entries, StringComparer.Ordinal) { { name, value } };
        }
    }

    /// <inheritdoc/>
    public bool ContainsKey(string key) => entries.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => entries.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
